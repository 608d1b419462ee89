"""The working system of the journeys."""

from tests.journeys.conftest import system

__all__ = ["system"]
