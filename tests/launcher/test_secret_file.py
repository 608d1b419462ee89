"""The local system's keys: made once, never for data that others have encrypted."""

import base64

import pytest

from wasl.launcher import secret_file
from wasl.launcher.console import UnableToStart


def test_load_makes_secrets_once_for_their_owner_alone(tmp_path):
    path = tmp_path / "secrets.env"

    first, second = secret_file.load(path), secret_file.load(path)

    assert first == second
    assert path.stat().st_mode & 0o777 == 0o600
    number, _, key = first["WASL_FIELD_KEYS"].partition(":")
    assert (number, len(base64.b64decode(key))) == ("1", 32)
    assert len(base64.b64decode(first["WASL_INDEX_KEY"])) == 32


def test_load_adds_what_a_newer_version_needs_and_keeps_the_rest(tmp_path):
    path = tmp_path / "secrets.env"
    path.write_text("# by hand\nWASL_INDEX_KEY=kept=\n")

    found = secret_file.load(path)

    assert found["WASL_INDEX_KEY"] == "kept="
    assert set(found) == set(secret_file.MAKERS)
    assert secret_file.read(path) == found


@pytest.mark.parametrize("data", ["postgres", "postgres.location"])
def test_load_makes_no_new_keys_for_old_data(tmp_path, data):
    (tmp_path / data).mkdir()

    with pytest.raises(UnableToStart, match="is gone"):
        secret_file.load(tmp_path / "secrets.env")

    assert not (tmp_path / "secrets.env").exists()


def test_read_refuses_a_line_it_does_not_know(tmp_path):
    (tmp_path / "secrets.env").write_text("WASL_INDEX_KEY\n")

    with pytest.raises(UnableToStart, match="not NAME=value"):
        secret_file.read(tmp_path / "secrets.env")
