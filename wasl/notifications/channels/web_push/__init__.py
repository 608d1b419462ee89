"""
Web push (RFC 8030, 8291, 8292): a sign to the browsers where a person asked for it.

It says only that something has changed, and where to read it: what a push service carries lies on a
locked screen. The content is encrypted for the browser all the same.
"""

import json
import logging
import time
from urllib.parse import urlsplit

import requests
from django.conf import settings

from wasl.notifications import channels
from wasl.notifications.channels.web_push import encryption, endpoints

log = logging.getLogger(__name__)
CONNECT_SECONDS, READ_SECONDS = 3, 10
# A day: older news is in the list of messages anyway.
LASTS_SECONDS = 86_400
_GONE = {404, 410}
_WORTH_ANOTHER_TRY = {408, 425, 429}


class Channel:
    """The push services of the browsers' makers."""

    name = "web_push"
    carries = channels.PUSH

    def reaches(self, message: channels.Outgoing) -> bool:
        """Whoever asked for it in at least one browser."""
        return bool(message.push_addresses)

    def send(self, message: channels.Outgoing) -> channels.Receipt:
        """This method will give a sign to every browser; one that took it is enough."""
        payload = json.dumps(
            {"title": message.subject, "body": message.body, "url": message.link},
            ensure_ascii=False,
        ).encode()
        taken, gone, codes = 0, [], []
        with session() as opened:
            for address in message.push_addresses:
                status = self._post(opened, address, payload, message.id)
                taken += status in range(200, 300)
                if status in _GONE:
                    gone.append(address.endpoint)
                codes.append(status)
        if taken:
            return channels.Receipt(reference=f"push-{taken}", gone=tuple(gone))
        passing = any(c == 0 or c >= 500 or c in _WORTH_ANOTHER_TRY for c in codes)
        raise channels.ChannelError("NO_BROWSER_TOOK_IT", permanent=not passing, gone=tuple(gone))

    def _post(
        self, opened: requests.Session, address: channels.PushAddress, payload: bytes, key: str
    ) -> int:
        """The answer's status; 0 where nobody answered."""
        try:
            endpoints.require_public(address.endpoint)
            body = encryption.encrypt(payload, p256dh=address.p256dh, auth=address.auth)
        except ValueError:
            return 410  # It can never be reached: as good as gone.
        parts = urlsplit(address.endpoint)
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(LASTS_SECONDS),
            "Urgency": "normal",
            # A newer sign replaces this one while the browser is away.
            "Topic": key.replace("-", "")[:32],
            **encryption.authorization(f"{parts.scheme}://{parts.netloc}", now=time.time()),
        }
        try:
            # Of the answer nothing is read but its status.
            with opened.post(
                address.endpoint, data=body, headers=headers, allow_redirects=False, stream=True,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            ) as answer:  # fmt: skip
                return int(answer.status_code)
        except (requests.RequestException, endpoints.UnableToReachPrivate) as error:
            log.warning("push service %s: %s", parts.hostname, type(error).__name__)
            return 0

    def check_config(self) -> list[str]:
        """A key that the browsers know us by."""
        if encryption.private_key():
            return []
        return [
            "Set WASL_VAPID_PRIVATE_KEY (`wasl vapid keys` makes one), or take web_push out of WASL_CHANNELS."
        ]


def session() -> requests.Session:
    """A session that reaches public addresses only, and through no proxy of the environment."""
    opened = requests.Session()
    opened.trust_env = False
    opened.mount("https://", endpoints.PublicOnly())
    opened.mount("http://", endpoints.Nowhere())
    return opened


def public_key() -> str:
    """Our public key as browsers want it, base64url; empty where web push is not set up."""
    if "web_push" not in settings.WASL_CHANNELS:
        return ""
    return encryption.public_key()
