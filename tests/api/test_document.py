"""The document: it is OpenAPI 3.1, it is the one that was promised, and its every operation has a policy."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests import people
from wasl.accounts.api_access import CITIZEN, Caller
from wasl.accounts.roles import Role
from wasl.api import assembly

SNAPSHOT = Path(__file__).with_name("openapi.json")


def document() -> dict[str, Any]:
    # As a program reads it, without Python's own types.
    return json.loads(json.dumps(assembly.document()))


def test_it_is_a_valid_openapi_3_1_document() -> None:
    found = document()
    OpenAPIV31SpecValidator(found).validate()
    assert found["openapi"].startswith("3.1")


def test_every_operation_says_what_it_is_and_for_whom() -> None:
    names = []
    for path, methods in document()["paths"].items():
        assert path.startswith("/api/v1/")
        for method, operation in methods.items():
            names.append(operation["operationId"])
            assert operation["operationId"].isalnum()
            assert operation["summary"].endswith(".")
            assert operation["security"]
            assert operation["tags"]
            for code, answer in operation["responses"].items():
                if int(code) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"], (path, method)
    assert len(names) == len(set(names))


def breaks(before: Any, after: Any, at: str = "") -> list[str]:
    """
    What a program that relies on the older document would miss in the newer one.

    Of what is given: every member stays, of its type. Of what is taken: nothing more is needed, no
    value is refused that was taken. Words, examples and summaries may change.
    """
    found: list[str] = []
    for path, methods in before["paths"].items():
        for method, operation in methods.items():
            now = after["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if now is None:
                found.append(f"{where} is gone")
                continue
            if now["operationId"] != operation["operationId"]:
                found.append(f"{where} has another operationId")
            found += [
                f"{where} no longer answers {code}"
                for code in operation["responses"]
                if code < "400" and code not in now["responses"]
            ]
            found += _parameters(operation, now, where)
            if "requestBody" in now and "requestBody" not in operation:
                found.append(f"{where} needs a body")
            if [each for each in operation["security"] if each not in now["security"]]:
                found.append(f"{where} is for fewer")
    given, taken = _uses(before)
    for name, schema in before["components"]["schemas"].items():
        now = after["components"]["schemas"].get(name)
        if now is None:
            found.append(f"{name} is gone")
            continue
        found += _members(name, schema, now, is_taken=name in taken, is_given=name in given)
    return found


def _parameters(before: Any, after: Any, where: str) -> list[str]:
    known = {(each["in"], each["name"]): each for each in before["parameters"]}
    now = {(each["in"], each["name"]): each for each in after["parameters"]}
    found = [f"{where} no longer takes {name}" for _in, name in known.keys() - now.keys()]
    found += [
        f"{where} needs {key[1]}"
        for key, each in now.items()
        if each["required"] and not known.get(key, {}).get("required")
    ]
    found += [
        f"{where} takes another {key[1]}"
        for key in known.keys() & now.keys()
        if _kind(known[key]["schema"]) != _kind(now[key]["schema"])
    ]
    return found


def _uses(document: Any) -> tuple[set[str], set[str]]:
    """The names of the schemas that are given, and of those that are taken."""

    def reach(value: Any) -> set[str]:
        text, names = json.dumps(value), set()
        waiting = [text]
        while waiting:
            one = waiting.pop()
            for name in document["components"]["schemas"]:
                if f'schemas/{name}"' in one and name not in names:
                    names.add(name)
                    waiting.append(json.dumps(document["components"]["schemas"][name]))
        return names

    operations = [each for methods in document["paths"].values() for each in methods.values()]
    given = reach([each["responses"] for each in operations])
    taken = reach([each.get("requestBody", {}) for each in operations])
    return given, taken


def _members(name: str, before: Any, after: Any, *, is_taken: bool, is_given: bool) -> list[str]:
    old, new = before.get("properties", {}), after.get("properties", {})
    found = [f"{name}.{each} is gone" for each in old.keys() - new.keys()]
    for each in old.keys() & new.keys():
        if _kind(old[each]) != _kind(new[each]):
            found.append(f"{name}.{each} is of another type")
    needed = set(after.get("required", [])) - set(before.get("required", []))
    if is_taken:
        found += [f"{name}.{each} is needed" for each in needed]
    if is_given:
        gone = set(before.get("required", [])) - set(after.get("required", []))
        found += [f"{name}.{each} may be missing" for each in gone]
    lost = set(map(str, before.get("enum", []))) - set(map(str, after.get("enum", [])))
    if is_taken and lost:
        found.append(f"{name} no longer takes {', '.join(sorted(lost))}")
    return found


def _kind(schema: Any) -> Any:
    if "anyOf" in schema:
        return sorted(json.dumps(_kind(each)) for each in schema["anyOf"])
    if "items" in schema:
        return ["list", _kind(schema["items"])]
    return schema.get("$ref") or schema.get("type"), schema.get("format")


def test_nothing_that_was_promised_is_taken_away() -> None:
    """`WASL_WRITE_OPENAPI=1 pytest tests/api/test_document.py` writes the snapshot anew, for review."""
    found = document()
    if os.environ.get("WASL_WRITE_OPENAPI"):
        SNAPSHOT.write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    promised = json.loads(SNAPSHOT.read_text(encoding="utf-8"))

    assert breaks(promised, found) == []
    assert found == promised, "The document has grown: write the snapshot anew (see above)."


def test_what_breaks_programs_is_found() -> None:
    promised = document()

    def changed(*path: str) -> tuple[dict[str, Any], Any]:
        made = json.loads(json.dumps(promised))
        place = made
        for each in path:
            place = place[each]
        return made, place

    made, place = changed("components", "schemas", "ReportState", "properties")
    del place["is_open"]
    assert breaks(promised, made) == ["ReportState.is_open is gone"]
    made, place = changed("components", "schemas", "ReportState", "properties", "stars")
    place.clear()
    place["type"] = "string"
    assert breaks(promised, made) == ["ReportState.stars is of another type"]
    made, place = changed("components", "schemas", "GivenReport")
    place["required"].append("words")
    assert breaks(promised, made) == ["GivenReport.words is needed"]
    made, place = changed("paths")
    del place["/api/v1/categories"]
    assert breaks(promised, made) == ["GET /api/v1/categories is gone"]
    made, place = changed("paths", "/api/v1/outages", "get")
    place["parameters"] = []
    assert breaks(promised, made) == ["GET /api/v1/outages no longer takes directorate"]


def test_two_shapes_of_one_name_are_refused() -> None:
    from django.core.exceptions import ImproperlyConfigured

    made = assembly.API.get_openapi_schema(path_prefix="api/v1/")
    with pytest.raises(ImproperlyConfigured):
        made.add_schema_definitions({"ReportState": {"type": "string"}})


def test_a_new_operation_without_policy_is_refused() -> None:
    from django.core.exceptions import ImproperlyConfigured

    operation = next(assembly.operations())[1].operations[0]
    bare = operation.clone()
    bare.auth_callbacks = []
    with pytest.raises(ImproperlyConfigured):
        assembly.admit_of(bare)


@pytest.mark.django_db
def test_every_operation_keeps_out_whom_its_rule_keeps_out() -> None:
    everybody = {
        "anonymous": (Client(), None),
        "citizen": (people.sign_in(Client(), people.citizen()), "CITIZEN"),
        **{
            role.value: (people.sign_in(Client(), people.staff(role)), "STAFF")
            for role in (Role.SUPERVISOR, Role.AUDITOR)
        },
    }
    wrong = []
    for route, served in assembly.operations():
        for operation in served.operations:
            rule = assembly.admit_of(operation).rule
            address = "/api/v1/" + route.replace("{reference}", "AAAA-AAAA-A")
            address = re.sub(r"{uuidstr:\w+}", "00000000-0000-0000-0000-000000000007", address)
            address = re.sub(r"{\w+}", "nothing", address)
            for name, (client, kind) in everybody.items():
                may = rule.everyone or kind in rule.kinds
                answer = getattr(client, operation.methods[0].lower())(address)
                expected = set() if may else {401 if kind is None else 403}
                refused = answer.status_code in {401, 403}
                if refused == may or (expected and answer.status_code not in expected):
                    wrong.append(f"{operation.operation_id} {name}: {answer.status_code}")
    assert wrong == []
    assert not Caller(address="", is_staff=True).is_admitted(CITIZEN)


@pytest.mark.parametrize("page", ["use-the-api.md", "receive-webhooks.md"])
def test_the_pages_of_instruction_name_what_there_is(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / page).read_text(encoding="utf-8")
    known = {re.sub(r"\{[^}]+\}", "…", path) for path in document()["paths"]}
    named = set(re.findall(r"/api/v1/[A-Za-z0-9_{}./-]+", text)) - {"/api/v1/openapi.json"}

    assert named
    for path in named:
        assert re.sub(r"\{[^}]+\}|REFERENCE", "…", path.rstrip(".")) in known, path
