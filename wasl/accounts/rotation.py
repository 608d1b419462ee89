"""The secrets of second factors, kept by allauth in JSON, move to the newest key too."""

import base64

from allauth.mfa.models import Authenticator
from django.db import transaction

from wasl.accounts.adapters import MFAAdapter
from wasl.core import crypto, rotation

_ENCRYPTED = ("secret", "seed")


def _rotate_second_factors() -> int:
    adapter = MFAAdapter()
    newest = crypto.current_key_id()
    moved = 0
    for key in list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().get(pk=key)
            behind = [
                name
                for name in _ENCRYPTED
                if name in row.data and crypto.key_id(base64.b64decode(row.data[name])) != newest
            ]
            for name in behind:
                row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
            if behind:
                row.save(update_fields=["data"])
                moved += 1
    return moved


rotation.register("second factors", _rotate_second_factors)
