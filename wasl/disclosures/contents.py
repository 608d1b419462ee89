"""What is inside a box: one line of JSON that says what it is, then the bytes of a file if any."""

import json
from dataclasses import dataclass, field
from typing import Any

WORDS, FILE = "words", "file"
_TYPES = {"application/pdf": "pdf", "image/jpeg": "jpg"}


@dataclass(frozen=True, kw_only=True)
class Content:
    """Words, with answers (kind, office) when they begin a report; or a file."""

    type: str
    words: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    content_type: str = ""
    data: bytes = b""

    @property
    def extension(self) -> str:
        """What the file's name ends with: only what we have cleaned ourselves has a known one."""
        return _TYPES.get(self.content_type, "bin")

    def to_bytes(self) -> bytes:
        """As it is sealed."""
        head = {
            "v": 1,
            "type": self.type,
            "words": self.words,
            "answers": self.answers,
            "content_type": self.content_type,
        }
        return json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n" + self.data

    @classmethod
    def parse(cls, raw: bytes) -> "Content":
        """What was sealed. :raises ValueError: when it is of no known shape."""
        line, _break, data = raw.partition(b"\n")
        head: Any = json.loads(line)
        if not isinstance(head, dict) or head.get("type") not in (WORDS, FILE):
            raise ValueError("the content is of no known kind")
        answers = head.get("answers") or {}
        return cls(
            type=head["type"],
            words=str(head.get("words", "")),
            answers={str(key): str(value) for key, value in dict(answers).items()},
            content_type=str(head.get("content_type", "")),
            data=data,
        )
