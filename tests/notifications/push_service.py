"""A push service and a browser in one: it checks who sends, and decrypts as the browser would."""

import base64
import io
import json
import os
from urllib.parse import urlsplit

import http_ece
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from requests.adapters import BaseAdapter


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Browser:
    """Keys as a browser makes them."""

    def __init__(self, number: int = 1) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)
        self.endpoint = f"https://push.example.com/send/{number}"

    @property
    def told(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": self.endpoint, "p256dh": encoded(point), "auth": encoded(self.secret)}

    def open(self, body: bytes) -> dict[str, str]:
        plain = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )
        return json.loads(plain)


class PushService(BaseAdapter):
    """Answers every address; `statuses` tells an address's answer, else 201."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[requests.PreparedRequest] = []
        self.statuses: dict[str, int] = {}

    def send(self, request, **options) -> requests.Response:
        assert not options.get("proxies")
        assert options["timeout"] == (3, 10)
        parts = urlsplit(request.url)
        assert Vapid02.verify(request.headers["Authorization"])
        claims = request.headers["Authorization"].split("t=")[1].split(",")[0].split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        assert told["aud"] == f"{parts.scheme}://{parts.netloc}"
        assert told["sub"].startswith("mailto:")
        self.got.append(request)
        answer = requests.Response()
        answer.status_code = self.statuses.get(request.url, 201)
        answer.request, answer.url = request, request.url
        answer.raw = io.BytesIO()
        return answer

    def close(self) -> None:
        """Nothing is open."""

    def session(self) -> requests.Session:
        opened = requests.Session()
        opened.trust_env = False
        opened.mount("https://", self)
        return opened
