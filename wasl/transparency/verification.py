"""
`wasl log verify FILE`, without Django and without a database.

    python -m wasl.transparency.verification receipt.tlog-proof --policy policy.txt
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from wasl.transparency import proofs
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.policies import Policy


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the verifier can be told."""
    parser.add_argument("file", type=Path, help="a receipt, .tlog-proof")
    parser.add_argument("--policy", type=Path, help="a tlog-policy file: logs, witnesses, quorum")
    parser.add_argument("--vkey", help="the log's verifier key; no witness is asked for")


def policy_from(policy: Path | None, vkey: str | None) -> Policy | None:
    """The policy the options name; None when they name none. :raises NotAccepted: when unsound."""
    if policy is not None:
        return Policy.parse(policy.read_bytes())
    return Policy.of_log(vkey.strip()) if vkey else None


def report(verified: proofs.Verified) -> str:
    """What the receipt proves, in lines for a person."""
    checkpoint = verified.checkpoint
    lines = [
        "This receipt is good.",
        f"  log        {checkpoint.origin}, {checkpoint.size} entries",
        f"  entry      {verified.index}: {verified.leaf.get('type')}",
        f"  recorded   within the hour from {verified.leaf.get('log_time')}",
        f"  office     {verified.leaf.get('office')}",
        f"  role       {verified.leaf.get('actor_role') or '-'}",
        f"  step       {verified.leaf.get('seq')} of this matter in the log",
    ]
    for name, seconds in verified.witnesses:
        at = datetime.fromtimestamp(seconds, UTC).isoformat()
        lines.append(f"  witness    {name}, at {at}")
    if not verified.witnesses:
        lines.append("  witness    none: the log alone vouches for this")
    payload = json.dumps(verified.payload, ensure_ascii=False, indent=2, sort_keys=True)
    return "\n".join([*lines, "What was recorded:", payload])


def run(file: Path, policy: Policy) -> int:
    """This function will check the file and say the result: 0 when good, 1 when not."""
    try:
        verified = proofs.verify(proofs.Receipt.parse(file.read_bytes()), policy)
    except NotAccepted as error:
        sys.stderr.write(f"This receipt is NOT good: {error}.\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"The receipt cannot be read: {error}.\n")
        return 2
    sys.stdout.write(report(verified) + "\n")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="wasl log verify", description="Check a receipt.")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    try:
        policy = policy_from(options.policy, options.vkey)
    except (NotAccepted, OSError) as error:
        parser.error(str(error))
    if policy is None:
        parser.error("say whom you trust: --policy FILE, or --vkey VKEY (from the log's /log/vkey)")
    return run(options.file, policy)


if __name__ == "__main__":
    sys.exit(main())
