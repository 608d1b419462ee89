"""The names of the task forms that are registered: all that the linter asks of them."""

_NAMES: set[str] = set()


def add(name: str) -> None:
    """Note that a form of this name exists. :raises ValueError: when the name is taken."""
    if name in _NAMES:
        raise ValueError(f"two task forms are called {name}")
    _NAMES.add(name)


def form_names() -> set[str]:
    """The names of all task forms."""
    return set(_NAMES)
