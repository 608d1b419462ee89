"""What the shell of every page needs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from wasl.accounts.roles import Role

RIGHT_TO_LEFT = {"ar", "ckb"}
OVERSIGHT = {
    Role.SUPERVISOR,
    Role.DIRECTOR,
    Role.QUALITY_OFFICER,
    Role.QUALITY_MINISTRY,
    Role.AUDITOR,
}
BILLING = {
    Role.CASHIER_CONTROLLER,
    Role.SUPERVISOR,
    Role.DIRECTOR,
    Role.QUALITY_OFFICER,
    Role.AUDITOR,
}
OWN_NAMES = {"ar": "العربية", "ckb": "کوردی", "en": "English"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Language, direction, nonce, and whether this is the demo."""
    held: frozenset[Role] = getattr(getattr(request, "standing", None), "roles", frozenset())
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "own_names": OWN_NAMES,
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "is_demo": settings.WASL_DEMO,
        "demo_loaded_pct": _demo_loaded_pct(),
        "shows_oversight": bool(held & OVERSIGHT),
        "shows_billing": bool(held & BILLING),
        "shows_walks": Role.METER_READER in held,
    }


def _demo_loaded_pct() -> str:
    """How far the demo is while it is being loaded (wasl/launcher); empty once it is there."""
    if not settings.WASL_DEMO:
        return ""
    try:
        return (Path(settings.DATA_DIR) / "demo.loading").read_text(encoding="ascii") or "0"
    except OSError:
        return ""
