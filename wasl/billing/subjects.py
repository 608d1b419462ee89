"""What the events about an account are about. Pure; the bill run computes the same in SQL."""

from hashlib import md5
from uuid import UUID

# As SQL, over columns directorate_id and account_no.
ACCOUNT_SQL = "md5('wasl:account:' || directorate_id || ':' || account_no)::uuid"


def account(directorate_id: int, account_no: str) -> tuple[str, UUID]:
    """The subject of an account: accounts have natural keys, events name what they are about by id."""
    text = f"wasl:account:{directorate_id}:{account_no}"
    return "account", UUID(md5(text.encode(), usedforsecurity=False).hexdigest())
