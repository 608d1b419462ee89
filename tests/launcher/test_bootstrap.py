"""The command in the virtual environment works wherever the folder lies."""

import subprocess
import sys

import pytest

from wasl.launcher import bootstrap


@pytest.mark.slow
def test_command_works_from_a_long_path_with_spaces_and_arabic(tmp_path, monkeypatch):
    root = tmp_path / ("مجلد طويل جدا " * 5).strip() / ("with 'quotes' and spaces " * 6).strip()
    (root / "wasl").mkdir(parents=True)
    (root / "wasl" / "__main__.py").write_text("import sys\nprint(sys.argv[1:])\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"], check=True)
    monkeypatch.setattr(bootstrap, "VENV", root / ".venv")
    link = tmp_path / "wasl-link"

    bootstrap._make_command()
    link.symlink_to(root / ".venv" / "bin" / "wasl")

    for command in (root / ".venv" / "bin" / "wasl", link):
        done = subprocess.run(
            [command, "log", "verify", "ملف 1"], cwd="/", capture_output=True, text=True, check=True
        )
        assert done.stdout == "['log', 'verify', 'ملف 1']\n"
    moved = tmp_path / "moved"
    root.rename(moved)
    script = moved / ".venv" / "bin" / "wasl"
    done = subprocess.run([script], cwd=bootstrap.ROOT, capture_output=True, check=True)
    assert done.stdout == b"[]\n"


def test_lock_files_pin_by_hash_and_name_no_index():
    for kind in ("core", "demo", "dev"):
        text = (bootstrap.ROOT / "requirements" / f"{kind}.txt").read_text()
        pinned = [line for line in text.splitlines() if line and line[0] not in "# "]
        assert pinned
        assert all("==" in line and line.endswith("\\") for line in pinned)
        assert "://" not in text
