"""A directorate that works, and a caller whose every answer is held against the document."""

import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from tests.casework.conftest import NOW, scene
from tests.complaints.conftest import Town, town
from wasl.api import assembly
from wasl.complaints import services

__all__ = ["NOW", "Town", "scene", "town"]


class Caller:
    """Calls operations by their ids; an answer that the document does not allow fails the test."""

    def __init__(self) -> None:
        self.document = assembly.document()
        self.client = Client()

    def _operation(self, name: str) -> tuple[str, str, dict[str, Any]]:
        for path, methods in self.document["paths"].items():
            for method, found in methods.items():
                if found["operationId"] == name:
                    return path, method, found
        raise KeyError(name)

    def __call__(self, name: str, expected: int = 200, *, body: Any = None, files: Any = None,
                 headers: dict[str, str] | None = None, query: dict[str, Any] | None = None,
                 client: Client | None = None, **named: Any) -> Any:  # fmt: skip
        path, method, found = self._operation(name)
        address = path.format(**named)
        if query:
            address += "?" + "&".join(f"{key}={value}" for key, value in query.items())
        given: dict[str, Any] = {"headers": headers or {}}
        if files is not None:
            given["data"] = files
        elif method != "get":
            given |= {"data": json.dumps(body), "content_type": "application/json"}
            if body is None:
                given = {"headers": headers or {}}
        answer = getattr(client or self.client, method)(address, **given)
        assert answer.status_code == expected, answer.content.decode()
        self.check(found, answer)
        content = answer.content
        is_json = content and "json" in answer.get("Content-Type", "")
        return json.loads(content) if is_json else content

    def check(self, operation: dict[str, Any], answer: Any) -> None:
        """The answer is one that the document names, of its type and shape."""
        told = operation["responses"][str(answer.status_code)]
        if "content" not in told:
            assert not answer.content
            return
        kind = answer["Content-Type"].split(";")[0]
        schema = told["content"][kind]["schema"]
        if kind.endswith("json"):
            whole = {"components": self.document["components"], **schema}
            Draft202012Validator(whole).validate(json.loads(answer.content))


@pytest.fixture
def call(town: Town) -> Caller:
    return Caller()


@pytest.fixture
def partner(town: Town) -> dict[str, str]:
    _client, key = services.register_client(code="CITY", name="City app", jurisdictions=[], now=NOW)
    return {"Authorization": f"Bearer {key}"}
