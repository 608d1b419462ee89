"""The kinds of events that payments records. The subject is that of the request, mostly a case."""

from django.utils.translation import gettext_lazy as _

from wasl.events.kinds import Kind, declare

_ABOUT = {
    "request": "string",
    "subject_type": "string",
    "subject_id": "string",
    "purpose": "string",
    "amount": "integer",
}
REQUEST_OPENED = declare(
    Kind(
        name="payments.request.opened",
        label=_("Payment asked for"),
        fields=_ABOUT,
        public=("purpose", "amount"),
        seen_by_citizen=True,
    )
)
REQUEST_CANCELLED = declare(
    Kind(
        name="payments.request.cancelled",
        label=_("Payment no longer needed"),
        fields=_ABOUT,
        public=("purpose", "amount"),
        seen_by_citizen=True,
    )
)
INTENT_STARTED = declare(
    Kind(
        name="payments.intent.started",
        label=_("Payment begun"),
        fields={"request": "string", "intent": "string", "provider": "string"},
        public=("provider",),
        seen_by_citizen=True,
    )
)
INTENT_CLOSED = declare(
    Kind(
        name="payments.intent.closed",
        label=_("Payment attempt ended without money"),
        fields={
            "request": "string",
            "intent": "string",
            "provider": "string",
            "state": "string",
            "failure": "string?",
        },
        public=("provider", "state"),
        seen_by_citizen=True,
    )
)
INTENT_IN_REVIEW = declare(
    Kind(
        name="payments.intent.in-review",
        label=_("Payment handed to a person for review"),
        fields={"request": "string", "intent": "string", "provider": "string", "reason": "string"},
        public=("provider", "reason"),
        seen_by_citizen=True,
    )
)
PAYMENT_SETTLED = declare(
    Kind(
        name="payments.payment.settled",
        label=_("Payment received"),
        fields={**_ABOUT, "provider": "string", "receipt": "string"},
        public=("purpose", "amount", "provider"),
        seen_by_citizen=True,
    )
)
PAYMENT_CREDITED = declare(
    Kind(
        name="payments.payment.credited",
        label=_("Payment received twice, kept as credit"),
        fields={**_ABOUT, "provider": "string", "receipt": "string"},
        public=("purpose", "amount", "provider"),
        seen_by_citizen=True,
    )
)
ACCOUNT_PAID = declare(
    Kind(
        name="payments.account.paid",
        label=_("Payment booked to the account"),
        fields={
            "account": "string",
            "amount": "integer",
            "provider": "string",
            "receipt": "string",
        },
        public=("provider",),
        seen_by_citizen=True,
    )
)

ACCOUNT_REVERSED = declare(
    Kind(
        name="payments.account.reversed",
        label=_("Payment taken back by the agent"),
        fields={
            "account": "string",
            "amount": "integer",
            "provider": "string",
            "receipt": "string",
            "reason": "string",
        },
        public=("provider",),
        seen_by_citizen=True,
    )
)
COMPANY_FILE_IMPORTED = declare(
    Kind(
        name="payments.company-file.imported",
        label=_("Settlement file of a payment company taken over"),
        fields={
            "provider": "string",
            "sha256": "string",
            "lines": "integer",
            "unmatched": "integer",
            "amount": "integer",
            "fees": "integer",
        },
        public=("provider", "lines", "unmatched"),
    )
)
STATEMENT_IMPORTED = declare(
    Kind(
        name="payments.statement.imported",
        label=_("Bank statement taken over"),
        fields={
            "message": "string",
            "sha256": "string",
            "entries": "integer",
            "known": "integer",
            "unmatched": "integer",
        },
        public=("entries", "unmatched"),
    )
)
_MATCH = {
    "side": "string",
    "item": "string",
    "target": "string",
    "target_name": "string",
    "status": "string",
    "reason": "string",
}
MATCH_PROPOSED = declare(
    Kind(
        name="payments.match.proposed",
        label=_("Match of money proposed"),
        fields=_MATCH,
        public=("side", "target"),
    )
)
MATCH_DECIDED = declare(
    Kind(
        name="payments.match.decided",
        label=_("Match of money decided"),
        fields=_MATCH,
        public=("side", "target", "status"),
    )
)
DAY_CLOSED = declare(
    Kind(
        name="payments.day.closed",
        label=_("Books of a day closed"),
        fields={
            "day": "string",
            "revision": "integer",
            "balanced": "boolean",
            "differences": "integer",
        },
        public=("day", "revision", "balanced", "differences"),
    )
)

_REFUND = {
    "refund": "string",
    "receipt": "string",
    "amount": "integer",
    "reason": "string",
    "state": "string",
    "note": "string",
}
REFUND_KINDS = [
    declare(
        Kind(
            name=f"payments.refund.{name}",
            label=label,
            fields=_REFUND,
            public=("reason", "state"),
            seen_by_citizen=True,
        )
    )
    for name, label in (
        ("requested", _("Refund asked for")),
        ("agreed", _("Refund agreed to by a second person")),
        ("rejected", _("Refund refused by the second person")),
        ("ended", _("Refund ended")),
    )
]
INTENT_REVIEWED = declare(
    Kind(
        name="payments.intent.reviewed",
        label=_("Payment reviewed by two persons"),
        fields={
            "request": "string",
            "intent": "string",
            "provider": "string",
            "outcome": "string",
            "reason": "string",
        },
        public=("provider", "outcome"),
        seen_by_citizen=True,
    )
)
ACCOUNT_REBATED = declare(
    Kind(
        name="payments.account.rebated",
        label=_("Rebate for paying electronically"),
        fields={"account": "string", "amount": "integer", "receipt": "string"},
        public=(),
        seen_by_citizen=True,
    )
)
ACCOUNT_REFUNDED = declare(
    Kind(
        name="payments.account.refunded",
        label=_("Payment given back, or not after all"),
        fields={"account": "string", "amount": "integer", "receipt": "string"},
        public=(),
        seen_by_citizen=True,
    )
)
