"""
SMS through a gateway that speaks HTTP: one POST of JSON per message.

    POST <WASL_SMS_GATEWAY_URL>   Authorization: Bearer <token>   Idempotency-Key: <message id>
    {"to": "+9647701234567", "text": "…", "id": "<message id>"}  →  2xx {"id": "<theirs>"}

Iraqi operators and aggregators differ in names only: a gateway with other names is another folder
beside this one, of the same size.
"""

import logging
import time

import requests
from django.conf import settings

from wasl.notifications import channels

log = logging.getLogger(__name__)
CONNECT_SECONDS, READ_SECONDS = 3, 10
_WORTH_ANOTHER_TRY = {408, 425, 429}


class Channel:
    """The gateway of the settings."""

    name = "sms_http"
    carries = channels.SMS

    def reaches(self, message: channels.Outgoing) -> bool:
        """Whoever has a phone."""
        return bool(message.phone)

    def send(self, message: channels.Outgoing) -> channels.Receipt:
        """
        This method will post the message to the gateway.

        The key makes a second attempt harmless when only the answer to the first was lost.
        """
        began = time.monotonic()
        try:
            answer = requests.post(
                settings.WASL_SMS_GATEWAY_URL,
                json={"to": message.phone, "text": message.text, "id": message.id},
                headers={
                    "Authorization": f"Bearer {settings.WASL_SMS_GATEWAY_TOKEN}",
                    "Idempotency-Key": message.id,
                },
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self._log(message, type(error).__name__, began)
            raise channels.ChannelError("GATEWAY_UNREACHABLE", permanent=False) from error
        self._log(message, str(answer.status_code), began)
        if answer.status_code >= 500 or answer.status_code in _WORTH_ANOTHER_TRY:
            raise channels.ChannelError(f"GATEWAY_{answer.status_code}", permanent=False)
        if not 200 <= answer.status_code < 300:
            raise channels.ChannelError(f"GATEWAY_{answer.status_code}", permanent=True)
        return channels.Receipt(reference=_their_id(answer))

    def check_config(self) -> list[str]:
        """Address and token; the address is encrypted, except on this very machine."""
        url = settings.WASL_SMS_GATEWAY_URL
        problems = []
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            problems.append("Set WASL_SMS_GATEWAY_URL to the https:// address of the SMS gateway.")
        if not settings.WASL_SMS_GATEWAY_TOKEN:
            problems.append("Set WASL_SMS_GATEWAY_TOKEN to the token the gateway's operator gave.")
        return problems

    @staticmethod
    def _log(message: channels.Outgoing, outcome: str, began: float) -> None:
        # Neither number nor text: the log is read by more people than the message is meant for.
        milliseconds = int((time.monotonic() - began) * 1000)
        log.info("sms_http %s %s %s ms", message.id, outcome, milliseconds)


def _their_id(answer: requests.Response) -> str:
    try:
        data = answer.json()
    except ValueError:
        return ""
    return str(data.get("id", ""))[:100] if isinstance(data, dict) else ""
