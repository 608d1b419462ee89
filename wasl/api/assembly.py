"""The API put together from each app's `api.py`: one version, every operation with its policy."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation, PathView
from ninja.parser import Parser
from ninja.utils import normalize_path, replace_path_param_notation

from wasl.accounts.api_access import Admit
from wasl.api import faults, reference, webhook_operations
from wasl.api.entry import REFUSED, entry, refusal_of
from wasl.complaints import api as complaints
from wasl.core import api_requests, problems
from wasl.core.problems import Refusal
from wasl.notifications import api as notifications
from wasl.outages import api as outages

VERSION = "1"
MOUNTS = (
    ("", complaints.router),
    ("", outages.router),
    ("", notifications.router),
    ("", webhook_operations.router),
)


class _Parser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        """The body, if it can be kept as it is."""
        return api_requests.parse(request.body)


def _refused(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(refusal_of(error))


def _wrong_fields(_request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(Refusal(422, "WRONG_FIELDS", faults=faults.faults(error.errors)))


def _unread(_request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error.__cause__, Refusal):  # of the parser, which says what it is
        return problems.answer(error.__cause__)
    return problems.answer(Refusal(error.status_code, "UNREADABLE"))


def _failed(_request: HttpRequest, error: Any) -> HttpResponse:
    # A fault of ours undoes the transaction, is written down, and is answered by wasl.web.
    raise error


class _Document(OpenAPISchema):
    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Two shapes of one name would be one in the document, and wrong for one of the two."""
        for name, each in definitions.items():
            if self.schemas.get(name, each) != each:
                raise ImproperlyConfigured(f"Two shapes of the API are called {name}.")
        super().add_schema_definitions(definitions)


class _Api(NinjaAPI):
    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The operations as they describe themselves."""
        return _Document(self, path_prefix or "")


def _make() -> NinjaAPI:
    made = _Api(
        title="Wasl",
        version=f"{VERSION}.0.0",
        urls_namespace="api_v1",
        docs_url=None,
        openapi_url=None,
        parser=_Parser(),
    )
    for prefix, router in MOUNTS:
        made.add_router(prefix, router)
    for kind in REFUSED:
        made.add_exception_handler(kind, _refused)
    made.add_exception_handler(ValidationError, _wrong_fields)
    made.add_exception_handler(HttpError, _unread)
    made.add_exception_handler(Exception, _failed)
    return made


API = _make()


def operations() -> Iterator[tuple[str, PathView]]:
    """Every path with what serves it."""
    for router in API._get_bound_routers():
        for part, served in router.path_operations.items():
            yield normalize_path(f"{router.prefix}/{part}").lstrip("/"), served


def admit_of(operation: Operation) -> Admit:
    """The policy of an operation. :raises ImproperlyConfigured: for one without."""
    found = [each for each in operation.auth_callbacks if isinstance(each, Admit)]
    if len(found) != 1:
        raise ImproperlyConfigured(
            f"{operation.view_func.__module__}.{operation.view_func.__name__} has no policy. "
            "Give it auth=Admit(...) of wasl.accounts.api_access."
        )
    return found[0]


def urls() -> list[URLPattern]:
    """Every address below the version's own, each behind the entry."""
    found = []
    for route, served in operations():
        rules = {
            method: admit_of(operation)
            for operation in served.operations
            for method in operation.methods
        }
        name = served.operations[0].operation_id
        written = replace_path_param_notation(route)
        found.append(path(written, entry(served.get_view(), rules), name=name))
    return found


def document() -> dict[str, Any]:
    """The OpenAPI document of this version, as plain values."""
    admits = {
        str(operation.operation_id): admit_of(operation)
        for _route, served in operations()
        for operation in served.operations
    }
    return reference.finished(API.get_openapi_schema(path_prefix="api/v1/"), admits)
