"""The base of every provider's client: one call, timed, logged without secrets, errors sorted."""

import logging
import time
from typing import Any

import requests

from wasl.payments.providers import ProviderError

log = logging.getLogger(__name__)
TIMEOUTS = (3, 10)
MOST_BYTES = 256 * 1024


def call(
    provider: str, what: str, method: str, url: str, *, reads_faults: bool = False, **options: Any
) -> requests.Response:
    """
    This function will make one call, without following redirects and without trying again.

    With `reads_faults` a 5xx is handed back too, for companies that explain it in the body.
    Only a connection that was never made leaves nothing behind; a lost answer may have had effect.
    :raises ProviderError: when there is no answer, or one of the company's own faults (5xx, 429).
    """
    began = time.monotonic()
    try:
        answer = requests.request(
            method, url, timeout=TIMEOUTS, allow_redirects=False, stream=True, **options
        )
        answer._content = answer.raw.read(MOST_BYTES, decode_content=True)
    except requests.ConnectTimeout as error:
        raise _unreachable(provider, what, error, happened=False) from error
    except requests.ReadTimeout as error:
        raise _unreachable(provider, what, error, happened=True) from error
    except requests.ConnectionError as error:
        refused = "NewConnectionError" in repr(error)
        raise _unreachable(provider, what, error, happened=not refused) from error
    except (requests.RequestException, OSError) as error:
        raise _unreachable(provider, what, error, happened=True) from error
    milliseconds = int((time.monotonic() - began) * 1000)
    log.info("payment provider %s %s %s %s ms", provider, what, answer.status_code, milliseconds)
    if answer.status_code >= 500 and not reads_faults:
        raise ProviderError("PROVIDER_FAULT", permanent=False, may_have_happened=True)
    if answer.status_code == 429:
        raise ProviderError("PROVIDER_BUSY", permanent=False)
    return answer


def read_json(answer: requests.Response) -> dict[str, Any]:
    """
    The object that a call was answered with; numbers with a point stay the text that came.

    :raises ProviderError: for anything else.
    """
    try:
        data = answer.json(parse_float=str)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ProviderError("PROVIDER_UNREADABLE", permanent=False, may_have_happened=True)
    return data


def _unreachable(provider: str, what: str, error: Exception, *, happened: bool) -> ProviderError:
    log.warning("payment provider %s %s %s", provider, what, type(error).__name__)
    return ProviderError("PROVIDER_UNREACHABLE", permanent=False, may_have_happened=happened)
