"""The OpenAPI document as a page shows it: operations by subject, their fields in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_DEPTH = 3


@dataclass(frozen=True, kw_only=True)
class Field:
    """A parameter or member: its name in full (`place.lat`), type, and what it is."""

    name: str
    type: str
    is_required: bool
    where: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status with what it means."""

    status: str
    words: str
    schema: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    who: list[str]
    takes: list[Field]
    gives: list[Field]
    answers: list[Answer]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The operations of a tag."""

    name: str
    words: str
    operations: list[Operation]


def page(document: Mapping[str, Any]) -> list[Subject]:
    """Every subject of the document with its operations, in the order of the tags."""
    by_tag: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            by_tag[found["tags"][0]].append(_operation(document, path, method, found))
    return [
        Subject(name=tag["name"], words=tag["description"], operations=by_tag[tag["name"]])
        for tag in document["tags"]
        if by_tag[tag["name"]]
    ]


def _operation(
    document: Mapping[str, Any], path: str, method: str, found: Mapping[str, Any]
) -> Operation:
    paragraphs = found.get("description", "").split("\n\n")
    content = found.get("requestBody", {}).get("content", {})
    takes = [
        Field(
            name=each["name"],
            type=_type(each["schema"]),
            is_required=each["required"],
            where=each["in"],
            words=each.get("description", ""),
        )
        for each in found["parameters"]
    ]
    for body in content.values():
        takes += _members(document, body["schema"], "body")
    good = next((code for code in found["responses"] if code.startswith("2")), "200")
    gives: list[Field] = []
    for kind in found["responses"].get(good, {}).get("content", {}).values():
        gives += _members(document, kind["schema"], "")
    return Operation(
        id=found["operationId"],
        method=method.upper(),
        path=path,
        summary=found["summary"],
        words=" ".join(paragraphs[1:]),
        who=sorted({name for each in found["security"] for name in each} or {""}),
        takes=takes,
        gives=gives,
        answers=[
            Answer(status=code, words=each["description"], schema=_schema_of(each))
            for code, each in found["responses"].items()
        ],
    )


def _schema_of(response: Mapping[str, Any]) -> str:
    for content in response.get("content", {}).values():
        return _type(content["schema"])
    return ""


def _members(
    document: Mapping[str, Any],
    schema: Mapping[str, Any],
    where: str,
    before: str = "",
    depth: int = 0,
) -> list[Field]:
    named = _resolved(document, schema)
    required = set(named.get("required", []))
    rows = []
    for name, each in named.get("properties", {}).items():
        rows.append(
            Field(
                name=before + name,
                type=_type(each),
                is_required=name in required,
                where=where,
                words=each.get("description", ""),
            )
        )
        inner = _resolved(document, _inner(each))
        if depth < MOST_DEPTH and inner.get("properties"):
            mark = "[]." if _is_list(each) else "."
            rows += _members(document, inner, where, f"{before}{name}{mark}", depth + 1)
    return rows


def _inner(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a list holds, or what may be null otherwise."""
    if "items" in schema:
        return dict(schema["items"])
    parts = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    return _inner(parts[0]) if len(parts) == 1 else schema


def _is_list(schema: Mapping[str, Any]) -> bool:
    return "items" in schema or any("items" in each for each in schema.get("anyOf", []))


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    return dict(document["components"]["schemas"][reference.rsplit("/", 1)[-1]])


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return " | ".join(str(each) or '""' for each in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(each) for each in schema["anyOf"])
    if "items" in schema:
        return f"{_type(schema['items'])}[]"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind
