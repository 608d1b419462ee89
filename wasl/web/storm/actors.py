"""
Those who take part in the storm, each as a program of its own that knows only addresses and forms:
households at their telephones, meters, a program of others, people on duty.
"""

import base64
import hashlib
import json
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from requests.adapters import HTTPAdapter

PATIENCE_SECONDS = 60
SIGNALS = "/meters/v1/signals/"


class UnexpectedAnswer(Exception):
    """The server answered what the storm did not expect; the text says where and what."""


class _From(HTTPAdapter):
    """Calls from an address of one's own, as the server lets nobody report for a whole street."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Bind to the address. It must be one of this machine: on Linux all of 127/8 are."""
        kwargs["source_address"] = (self._address, 0)
        super().init_poolmanager(*args, **kwargs)


class Caller:
    """Somebody with a browser: a session, and an address."""

    def __init__(self, base: str, number: int) -> None:
        self.base = base.rstrip("/")
        self.session = requests.Session()
        address = f"127.{16 + (number >> 16 & 63)}.{number >> 8 & 255}.{number & 255 or 1}"
        self.session.mount("http://", _From(address))

    def get(self, path: str, **given: str) -> requests.Response:
        """A page. :raises UnexpectedAnswer: when it is not there."""
        answer = self.session.get(self.base + path, params=given, timeout=PATIENCE_SECONDS)
        return _expected(answer, path)

    def post(self, path: str, files: Any = None, **given: Any) -> requests.Response:
        """A form, with the token of the page that was got before; its answer, not followed."""
        token = self.session.cookies.get("csrftoken", "")
        answer = self.session.post(
            self.base + path,
            data={"csrfmiddlewaretoken": token, **given},
            files=files,
            headers={"Referer": self.base + path},
            allow_redirects=False,
            timeout=PATIENCE_SECONDS,
        )
        return _expected(answer, path)


def _expected(answer: requests.Response, path: str) -> requests.Response:
    if answer.status_code >= 400:
        raise UnexpectedAnswer(f"{path}: {answer.status_code} {answer.text[:300]}")
    return answer


class Household(Caller):
    """Somebody at home who reports that there is no power, and is asked later."""

    def __init__(self, base: str, number: int, account_no: str, transformer_code: str) -> None:
        super().__init__(base, number)
        self.account_no, self.transformer_code = account_no, transformer_code
        self.page = ""

    def report(self) -> None:
        """Report it without signing in, in the two pages that there are."""
        address = "/complaints/new/no_power/"
        self.get(address, account_no=self.account_no)
        answer = self.post(
            address, account_no=self.account_no, q_extent="street", token=uuid4().hex, send="1"
        )
        self.page = answer.headers.get("Location", "")
        if not self.page.startswith("/complaints/report/"):
            raise UnexpectedAnswer(f"{address}: {answer.status_code} {answer.text[:300]}")

    def say(self, *, is_back: bool) -> None:
        """Answer whether supply is back, on the page by which the report is followed."""
        self.get(self.page)
        self.post(self.page, says="ON" if is_back else "OFF")


class Person(Caller):
    """Somebody of the staff, as the demonstration lets anybody be."""

    def __init__(self, base: str, number: int, user_id: UUID) -> None:
        super().__init__(base, number)
        self.get("/demo/")
        self.post("/demo/become/", person=str(user_id))
        self.get("/desk/")


class HeadEnd(Caller):
    """A system of meters that tells when they lose supply, with requests that it signs."""

    def __init__(self, base: str, number: int, code: str) -> None:
        super().__init__(base, number)
        self.code = code
        self._key = Ed25519PrivateKey.generate()
        self.public_key = base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def tell(self, serials: list[str], *, says: str, at: datetime, now: datetime) -> int:
        """Tell of some meters; of how many the server took it."""
        rows = [
            {"key": secrets.token_hex(8), "serial": each, "says": says, "at": at.isoformat()}
            for each in serials
        ]
        body = json.dumps({"signals": rows}).encode()
        stamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
        signed = "\n".join(
            [
                "wasl-meters-1",
                "POST",
                SIGNALS,
                self.code,
                stamp,
                nonce,
                hashlib.sha256(body).hexdigest(),
            ]
        )
        headers = {
            "Content-Type": "application/json",
            "Wasl-Agent": self.code,
            "Wasl-Timestamp": stamp,
            "Wasl-Nonce": nonce,
            "Wasl-Signature": base64.b64encode(self._key.sign(signed.encode())).decode(),
        }
        answer = self.session.post(
            self.base + SIGNALS, data=body, headers=headers, timeout=PATIENCE_SECONDS
        )
        return int(_expected(answer, SIGNALS).json()["accepted"])


class Program(Caller):
    """A program of others that sends reports by Open311."""

    def __init__(self, base: str, number: int, key: str) -> None:
        super().__init__(base, number)
        self.key = key

    def report(self, code: str, *, lat: float, lon: float, words: str, photo: bytes) -> str:
        """Send a report with a photograph; its number."""
        answer = self.session.post(
            f"{self.base}/open311/v2/requests.json",
            data={
                "api_key": self.key, "service_code": code, "lat": f"{lat:.6f}",
                "long": f"{lon:.6f}", "description": words,
            },
            files={"media": ("place.jpg", photo, "image/jpeg")},
            timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        (made,) = _expected(answer, "/open311/v2/requests.json").json()
        return str(made["service_request_id"])
