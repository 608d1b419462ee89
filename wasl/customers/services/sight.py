"""Services of customers check who acts by their callers' tasks; under them every row is seen."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from wasl.core import scope

_P = ParamSpec("_P")
_R = TypeVar("_R")


def seeing_all(service: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run the service in one transaction that sees every row."""

    @wraps(service)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with scope.within_system():
            return service(*args, **kwargs)

    return run
