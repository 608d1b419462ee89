"""What billing does for others."""

from wasl.billing.services.ledger import Line, UnableToPost, post

__all__ = ["Line", "UnableToPost", "post"]
