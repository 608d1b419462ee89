"""The same working directorate as casework's tests."""

from tests.casework.conftest import scene

__all__ = ["scene"]
