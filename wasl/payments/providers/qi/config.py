"""What Qi's adapter is set up with, read when it is needed."""

from pathlib import Path

from django.conf import settings

from wasl.payments.providers.qi import signature

_NEEDED = ("WASL_QI_URL", "WASL_QI_USERNAME", "WASL_QI_PASSWORD", "WASL_QI_TERMINAL_ID")


def public_key_pem() -> str:
    """The company's public key: the text of the setting, or the file that the other one names."""
    text = str(settings.WASL_QI_PUBLIC_KEY)
    path = str(settings.WASL_QI_PUBLIC_KEY_FILE)
    if text or not path:
        return text
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def problems() -> list[str]:
    """What is missing or cannot be, in sentences that say how to mend it."""
    missing = [name for name in _NEEDED if not getattr(settings, name)]
    if missing:
        return [f"Set {', '.join(missing)} to take cards through Qi."]
    found = []
    if not (settings.WASL_DEMO or settings.DEBUG or settings.WASL_QI_URL.startswith("https://")):
        found.append("WASL_QI_URL must begin with https://: it carries the password.")
    if not 0 <= settings.WASL_QI_SIGNATURE_DECIMALS <= 6:
        found.append("WASL_QI_SIGNATURE_DECIMALS is the number of decimals Qi signs: 3, mostly.")
    try:
        signature.public_key(public_key_pem())
    except signature.UnusableKeyError as error:
        found.append(
            f"Set WASL_QI_PUBLIC_KEY, or WASL_QI_PUBLIC_KEY_FILE, to Qi's public key: {error}."
        )
    return found
