"""Settings for tests and tools. Known to everybody: whatever these keys protect is made up."""

import base64
import os

VALUES = {
    "DJANGO_SETTINGS_MODULE": "wasl.settings",
    "WASL_DEBUG": "1",
    "WASL_DEMO": "1",
    "WASL_SECRET_KEY": "a-key-for-tests-only-and-known-to-everybody-0123456789",
    "WASL_FIELD_KEYS": "1:" + base64.b64encode(bytes(range(32))).decode(),
    "WASL_INDEX_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
}


def complete(**further: str) -> None:
    """This function will set what is not set."""
    for name, value in {**VALUES, **further}.items():
        os.environ.setdefault(name, value)
