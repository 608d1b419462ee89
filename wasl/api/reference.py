"""The OpenAPI 3.1 document: what the operations say of themselves, and what holds for all of them. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wasl.accounts.api_access import PARTNER, TRACKING_HEADER, Admit
from wasl.accounts.policies import CITIZEN
from wasl.core import problems

DESCRIPTION = """\
Everything a citizen or a partner can do with Wasl, for programs. Each operation works by the same rules,
limits and rights as the page for people.

Errors are problem details (RFC 9457) whose words are in the language of Accept-Language: ar, ckb or en.
Lists have a mark `next`; give it as `after` to go on. What is sent carries an Idempotency-Key and may be
sent again. Within a version nothing that a program relies on is taken away: new members, new operations
and new values of texts that name kinds may come at any time, so leave alone what you do not know.
"""
TAGS = (
    ("reports", "What can be reported, what is known already, and sending a report."),
    ("following", "One report, for whoever sent it."),
    ("outages", "What is without supply, one's own place, reliability."),
    (
        "planned",
        "Planned work and programmed cuts: what is announced and promised, and what happened.",
    ),
    ("places", "Directorates and their districts, for the lists of forms."),
    ("subscriptions", "Of which places somebody wants to be told, over what."),
    ("open data", "Figures for everybody, where small ones are withheld."),
    ("webhooks", "What is sent to a partner's program, and what became of it."),
)
SECURITY = {
    "session": {
        "type": "apiKey", "in": "cookie", "name": "sessionid",
        "description": "The session of a citizen on the website. What writes needs its CSRF token as "
        "X-CSRFToken.",
    },
    "trackingNumber": {
        "type": "apiKey", "in": "header", "name": TRACKING_HEADER,
        "description": "The eight digits that were told with the reference.",
    },
    "partnerKey": {
        "type": "http", "scheme": "bearer",
        "description": "The key of a partner's program.",
    },
}  # fmt: skip
_STATUS = {
    304: "Nothing has changed since the answer whose tag was given.",
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the key or the session's token is not given.",
    403: "It is not for this caller.",
    404: "There is nothing here, or nothing of the caller's.",
    409: "It does not fit with how things stand.",
    413: "The body is too large.",
    415: "The body is of a type that is not served.",
    416: "The part that is asked for lies beyond the end.",
    422: "Something in the request is not right; `errors` says what and where.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
}
_ONLY_WITH_BODY = {"409", "413", "415"}
_MARKS = re.compile(r"\s+")


def finished(schema: Mapping[str, Any], admits: Mapping[str, Admit]) -> dict[str, Any]:
    """The document of the operations, finished: `admits` gives each operation's policy by its id."""
    made = dict(schema)
    made["info"] = {
        "title": "Wasl", "version": schema["info"]["version"], "description": DESCRIPTION,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }  # fmt: skip
    made["servers"] = [{"url": "/"}]
    made["tags"] = [{"name": name, "description": words} for name, words in TAGS]
    made["components"]["securitySchemes"] = SECURITY
    for methods in made["paths"].values():
        for method, operation in methods.items():
            _finish(operation, admits[operation["operationId"]], method)
    made["paths"] = {
        path: {method: methods[method] for method in sorted(methods)}
        for path, methods in sorted(made["paths"].items())
    }
    return made


def _finish(operation: dict[str, Any], admit: Admit, method: str) -> None:
    words = operation.get("description", "")
    operation["summary"] = _MARKS.sub(" ", words.split("\n\n")[0]).strip()
    operation["security"] = _security(admit)
    operation["tags"] = operation["tags"][-1:]  # the innermost router's: one subject each
    for parameter in operation["parameters"]:
        # Of a parameter, examples have names; of a schema they are a list.
        parameter.pop("examples", None)
    if kinds := operation.pop("x-type", ""):
        _name_types(operation, [kinds] if isinstance(kinds, str) else kinds)
    told: dict[str, Any] = {}
    for status, response in sorted(operation["responses"].items(), key=lambda pair: int(pair[0])):
        code = str(status)
        if _is_left_out(code, operation, admit, method):
            continue
        if int(code) >= 400:
            schema = response["content"].popitem()[1]["schema"]
            response = {
                "description": _STATUS[int(code)],
                "content": {problems.CONTENT_TYPE: {"schema": schema}},
            }
        told[code] = response
    if admit.seconds:
        told["304"] = {"description": _STATUS[304]}
    operation["responses"] = dict(sorted(told.items()))


def _name_types(operation: Mapping[str, Any], kinds: Sequence[str]) -> None:
    """Not JSON of ours: what it is, or can be, stands with the operation."""
    for status, response in operation["responses"].items():
        if int(status) < 300:
            _json, told = response["content"].popitem()
            response["content"] = dict.fromkeys(kinds, told)


def _is_left_out(code: str, operation: Mapping[str, Any], admit: Admit, method: str) -> bool:
    if code == "405":
        return True
    # A wrong partner's key is told wherever one is given.
    return method == "get" and code in _ONLY_WITH_BODY and "requestBody" not in operation


def _security(admit: Admit) -> list[dict[str, list[str]]]:
    rule = admit.rule
    if rule.everyone:
        return [{}, {"session": []}, {"partnerKey": []}]
    found: list[dict[str, list[str]]] = []
    if rule.with_proof:
        found.append({"trackingNumber": []})
    if CITIZEN.kinds & rule.kinds:
        found.append({"session": []})
    if PARTNER.kinds & rule.kinds:
        found.append({"partnerKey": []})
    return found
