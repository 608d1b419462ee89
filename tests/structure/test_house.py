"""The house keeps its shape: imports go down, modules stay small, names that are used exist."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from wasl.accounts.roles import Role
from wasl.casework import form_names, process_lint, seeds
from wasl.core import jobs, operations
from wasl.events import kinds, subscriptions

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [p for p in (ROOT / "wasl").rglob("*.py") if "migrations" not in p.parts]


def test_apps_and_layers_import_downwards() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_is_one_idea(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 500
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno < 61, f"{node.name} is too long"


def test_no_module_is_called_after_nothing() -> None:
    vague = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert not [path for path in SOURCES if path.name in vague]


def test_every_job_that_is_named_exists() -> None:
    pattern = re.compile(r"""enqueue\(\s*"([a-z_.]+)\"""")
    named = {name for path in SOURCES for name in pattern.findall(path.read_text(encoding="utf-8"))}
    subscribed = {job for found in subscriptions.all_subscriptions().values() for job in found}

    for config in apps.get_app_configs():
        if config.name.startswith("wasl."):
            __import__(f"{config.name}.tasks") if (
                Path(config.path) / "tasks.py"
            ).exists() else None

    assert named
    assert (named | subscribed) <= jobs.names()


def test_every_kind_that_is_recorded_or_subscribed_to_is_declared() -> None:
    declared = {kind.name for kind in kinds.all_kinds()}
    pattern = re.compile(r'kind="([a-z_]+\.[a-z_.]+)"')
    recorded = {
        name for path in SOURCES for name in pattern.findall(path.read_text(encoding="utf-8"))
    }

    assert recorded
    assert recorded <= declared
    assert set(subscriptions.all_subscriptions()) <= declared


def test_every_shipped_process_passes_the_linter() -> None:
    paths = seeds.shipped_processes()

    assert len(paths) == 7
    for path in paths:
        findings = process_lint.lint_installed(path.read_bytes(), key=path.stem)
        assert not findings, [(f.code, f.element, f.values) for f in findings]


def test_what_the_processes_name_is_registered() -> None:
    assert form_names.form_names()
    assert "network.check_capacity" in operations.names()
    assert Role.QUALITY_OFFICER in set(Role)


def test_no_directorate_stands_in_the_code() -> None:
    codes = re.compile(r"""["'](KARKH|RUSAFA|SADR|BASRA)["']""")
    assert not [p for p in SOURCES if codes.search(p.read_text(encoding="utf-8"))]


def test_views_never_query() -> None:
    views = [p for p in SOURCES if p.name == "views.py" or "views" in p.parts]
    asking = re.compile(r"\.objects\b|get_object_or_404")
    allowed = {"casework/views/citizen.py", "casework/views/supervision.py"}
    found = [p for p in views if asking.search(p.read_text(encoding="utf-8"))]
    assert {str(p.relative_to(ROOT / "wasl")) for p in found} <= allowed
