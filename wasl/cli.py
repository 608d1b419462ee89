"""
The console command `wasl`: every management command, and `wasl run`.

Commands of several words are one management command: `wasl log verify FILE` is `log_verify FILE`.
A command finds its database by itself: the one of `wasl run`, or one started for its own time.
"""

import contextlib
import sys
from collections.abc import Iterable, Sequence

from wasl.launcher import run, surroundings

# Commands that work without a database, and cannot say so themselves (`needs_database = False`) or
# leave it to us.
_WITHOUT_DATABASE = frozenset(
    {"collectstatic", "compilemessages", "diffsettings", "findstatic", "makemessages", "startapp"}
    | {"keys_new", "process_lint", "sandbox"}
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that the words name; exits with its status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["run"]:
        sys.exit(run.main(words[1:]))
    around = surroundings.Surroundings()
    names = _names()
    words = join(words, names)
    if not words or words in (["help"], ["--help"], ["-h"]):
        with contextlib.suppress(BrokenPipeError):  # wasl help | head
            _print_help(names)
        return
    if not _needs_database(words, names):
        _execute(words)
    elif around.is_passing:
        around.begin_again(words)
    else:
        with around.database():
            _execute(words)


def _execute(words: Sequence[str]) -> None:
    from django.core.management import ManagementUtility

    ManagementUtility(["wasl", *words]).execute()


def join(words: Sequence[str], names: Iterable[str]) -> list[str]:
    """
    The words with their first ones joined to a command's name, as many as make one.

    `help` is followed by a name, which is joined too.
    """
    known = set(names)
    if words[:1] == ["help"] and len(words) > 1:
        return ["help", *join(words[1:], known)]
    for count in range(len(words), 1, -1):
        name = "_".join(words[:count]).replace("-", "_")
        if name in known:
            return [name, *words[count:]]
    return list(words)


def _names() -> dict[str, str]:
    """Each command's name with the app that has it."""
    import django
    from django.core.management import get_commands

    django.setup()
    return {name: str(app) for name, app in get_commands().items()}


def _needs_database(words: Sequence[str], names: dict[str, str]) -> bool:
    """A command says `needs_database = False` when it does not; asking for help needs none."""
    name = words[0]
    if name not in names or name in _WITHOUT_DATABASE or {"-h", "--help"} & set(words):
        return False
    from django.core.management import load_command_class

    return bool(getattr(load_command_class(names[name], name), "needs_database", True))


def _print_help(names: dict[str, str]) -> None:
    from django.core.management import load_command_class

    print("usage: wasl COMMAND …      wasl help COMMAND tells more\n")
    print(f"  {'run':<24} start everything: database, web server, worker, payment sandbox")
    others = []
    for name, app in sorted(names.items()):
        if not app.startswith("wasl."):
            others.append(name)
            continue
        text = " ".join(str(load_command_class(app, name).help).split())
        print(f"  {name.replace('_', ' '):<24} {text}")
    print(f"\nDjango's and the libraries': {', '.join(others)}")
