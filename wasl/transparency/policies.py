"""Whom one trusts: logs, witnesses and how many of them must agree (c2sp.org/tlog-policy)."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from wasl.transparency.encoding import NotAccepted
from wasl.transparency.notes import COSIGNATURE, ED25519, VerifierKey

_FORBIDDEN = re.compile(rb"[^\x09\x0a\x20-\x7e\x80-\xff]")
_NONE = "none"


@dataclass(frozen=True)
class Party:
    """A log or a witness, and where it answers."""

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True)
class Group:
    """So many of these members."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """The parsed file. `quorum` names a witness or a group, or is `none`."""

    logs: tuple[Party, ...] = ()
    witnesses: dict[str, Party] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = _NONE

    @classmethod
    def parse(cls, raw: bytes) -> "Policy":
        """The policy in these bytes. :raises NotAccepted: naming the line that is wrong."""
        if _FORBIDDEN.search(raw):
            raise NotAccepted("the policy holds control characters (were its line ends changed?)")
        # High octets mean themselves; they survive the way there and back.
        return _Reader().read(raw.decode("utf-8", errors="surrogateescape"))

    @classmethod
    def of_log(cls, vkey: str) -> "Policy":
        """A policy that trusts one log and asks for no witness."""
        return cls(logs=(Party(_log_key(vkey)),))

    def keys_of(self, origin: str) -> list[VerifierKey]:
        """The keys of the log of this origin; empty when it is not trusted."""
        return [log.key for log in self.logs if log.key.name == origin]

    def names_of(self, keys: Collection[VerifierKey]) -> list[str]:
        """The policy's own names of those witnesses."""
        return [name for name, party in self.witnesses.items() if party.key in keys]

    def is_satisfied(self, cosigned: Collection[str]) -> bool:
        """Whether the witnesses of these names are a quorum."""
        return self.quorum == _NONE or self._holds(self.quorum, cosigned)

    def _holds(self, name: str, cosigned: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._holds(member, cosigned) for member in group.members) >= group.needed


class _Reader:
    """Reads line by line: a name stands on an earlier line than its use, so no circle can arise."""

    def __init__(self) -> None:
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.quorums: list[str] = []
        self.grouped: set[str] = set()

    def read(self, text: str) -> Policy:
        readers = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        for number, line in enumerate(text.split("\n"), 1):
            words = [word for word in re.split(r"[ \t]+", line) if word]
            if not words or words[0].startswith("#"):
                continue
            try:
                if words[0] not in readers:
                    raise NotAccepted(f"{words[0][:40]!r} is not a word of a policy")
                readers[words[0]](words[1:])
            except NotAccepted as error:
                raise NotAccepted(f"line {number} of the policy: {error}") from error
        if len(self.quorums) != 1:
            raise NotAccepted("a policy has exactly one quorum line")
        return Policy(tuple(self.logs), self.witnesses, self.groups, self.quorums[0])

    def _log(self, words: list[str]) -> None:
        _expect(1 <= len(words) <= 2, "log <vkey> [<url>]")
        key = _log_key(words[0])
        _expect(all(key.public_key != log.key.public_key for log in self.logs), "a new log key")
        self.logs.append(Party(key, *words[1:]))

    def _witness(self, words: list[str]) -> None:
        _expect(2 <= len(words) <= 3, "witness <name> <vkey> [<url>]")
        self._require_new(words[0])
        key = VerifierKey.parse(words[1])
        _expect(key.kind == COSIGNATURE, "a witness key of type 04")
        known = {party.key.public_key for party in self.witnesses.values()}
        _expect(key.public_key not in known, "a new witness key")
        self.witnesses[words[0]] = Party(key, *words[2:])

    def _group(self, words: list[str]) -> None:
        _expect(len(words) >= 3, "group <name> all|any|<k> <member>...")
        name, threshold, *members = words
        self._require_new(name)
        for member in members:
            known = member in self.witnesses or member in self.groups
            _expect(known and member not in self.grouped, "members defined before, each used once")
            self.grouped.add(member)
        self.groups[name] = Group(_threshold(threshold, len(members)), tuple(members))

    def _quorum(self, words: list[str]) -> None:
        _expect(len(words) == 1, "quorum <name>|none")
        known = words[0] in self.witnesses or words[0] in self.groups
        _expect(known or words[0] == _NONE, "a name defined before")
        self.quorums.append(words[0])

    def _require_new(self, name: str) -> None:
        taken = name == _NONE or name in self.witnesses or name in self.groups
        _expect(not taken, "a name of its own")


def _threshold(word: str, members: int) -> int:
    if word in ("all", "any"):
        return members if word == "all" else 1
    _expect(bool(re.fullmatch("[1-9][0-9]{0,3}", word)) and int(word) <= members, "1 ≤ k ≤ members")
    return int(word)


def _log_key(vkey: str) -> VerifierKey:
    key = VerifierKey.parse(vkey)
    _expect(key.kind == ED25519, "a log key of type 01")
    return key


def _expect(is_so: bool, expected: str) -> None:
    if not is_so:
        raise NotAccepted(f"expected {expected}")
