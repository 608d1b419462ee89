"""A receipt is checked alike by the command, the shell script, and out of a QR code."""

import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.receipts import LOG, POLICY, SPOILED, WITNESS, make, signer
from wasl.transparency import compact, proofs
from wasl.transparency.encoding import NotAccepted
from wasl.transparency.notes import COSIGNATURE
from wasl.transparency.policies import Policy
from wasl.transparency.proofs import Receipt

SCRIPT = Path(__file__).parents[2] / "wasl/transparency/static/transparency/verify-receipt.sh"
TRUSTED = Policy.parse(POLICY.encode())


@given(st.integers(1, 70), st.data())
def test_receipts_are_read_as_written_and_verify(size, data):
    receipt = make(data.draw(st.integers(0, size - 1)), size)

    again = Receipt.parse(receipt.to_bytes())

    assert again == receipt
    verified = proofs.verify(again, TRUSTED)
    assert verified.index == receipt.index
    assert verified.payload["data"]["name"] == "علي"
    assert verified.witnesses == (("university", 1_795_000_000),)


@pytest.mark.parametrize("name", SPOILED)
def test_each_spoiled_receipt_is_refused(name):
    with pytest.raises(NotAccepted):
        proofs.verify(Receipt.parse(SPOILED[name]), TRUSTED)


def test_a_receipt_without_witness_is_good_only_where_none_is_asked_for():
    alone = make(witnesses=())

    assert proofs.verify(alone, Policy.of_log(str(LOG.key))).witnesses == ()
    with pytest.raises(NotAccepted, match="too few"):
        proofs.verify(alone, TRUSTED)


# --- the shell script ----------------------------------------------------------------------------


def shell(tmp_path, raw, *vkeys):
    file = tmp_path / "receipt.tlog-proof"
    file.write_bytes(raw)
    command = ["bash", str(SCRIPT), str(file), *map(str, vkeys)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (5, 13), (12, 13), (63, 64), (64, 65)])
def test_the_shell_script_accepts_good_receipts(tmp_path, index, size):
    done = shell(tmp_path, make(index, size).to_bytes(), LOG.key, WITNESS.key)

    assert done.returncode == 0, done.stderr
    assert f"good: entry {index} of {size} in wasl.example/log" in done.stdout
    assert "signed by witness.example/uni at 2026-11-18T11:06:40Z" in done.stdout
    assert "علي" in done.stdout


@pytest.mark.parametrize("name", SPOILED)
def test_the_shell_script_refuses_each_spoiled_receipt(tmp_path, name):
    done = shell(tmp_path, SPOILED[name], LOG.key, WITNESS.key)

    assert done.returncode == 1, done.stdout
    assert "NOT good" in done.stderr
    assert "is good" not in done.stdout


def test_the_shell_script_wants_the_logs_own_key_and_each_witness_named(tmp_path):
    good = make().to_bytes()
    other = signer(9, "witness.example/other", COSIGNATURE)

    assert "key of the log" in shell(tmp_path, good, WITNESS.key).stderr
    assert "has not signed" in shell(tmp_path, good, LOG.key, other.key).stderr
    wrong_id = str(LOG.key).replace("+", "+0", 1)
    assert shell(tmp_path, good, wrong_id, WITNESS.key).returncode == 1
    assert shell(tmp_path, good).returncode == 2


# --- the command ---------------------------------------------------------------------------------


def verify(tmp_path, raw, *options):
    (tmp_path / "r").write_bytes(raw)
    (tmp_path / "policy").write_text(POLICY)
    return subprocess.run(
        [sys.executable, "-m", "wasl.transparency.verification", str(tmp_path / "r"), *options],
        capture_output=True, text=True, check=False, cwd=SCRIPT.parents[4],
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_the_command_needs_neither_settings_nor_database(tmp_path):
    done = verify(tmp_path, make().to_bytes(), "--policy", str(tmp_path / "policy"))

    assert done.returncode == 0, done.stderr
    assert "This receipt is good." in done.stdout
    assert "university, at 2026-11-18T11:06:40+00:00" in done.stdout
    bad = verify(tmp_path, SPOILED["payload altered"], "--vkey", str(LOG.key))
    assert bad.returncode == 1
    assert "NOT good: the payload is not the one" in bad.stderr
    assert verify(tmp_path, make().to_bytes()).returncode == 2
    assert verify(tmp_path, make().to_bytes(), "--vkey", "nonsense").returncode == 2


# --- the code on paper ---------------------------------------------------------------------------


@given(st.integers(0, 12))
def test_a_receipt_travels_through_its_code(index):
    receipt = make(index)

    assert compact.from_digits(compact.to_digits(receipt)) == receipt
    assert compact.from_digits("https://wasl.example/log/verify#" + compact.to_digits(receipt)) == (
        receipt
    )


def test_one_code_holds_a_receipt_of_a_hundred_million_entries():
    small = make()
    path = tuple(bytes([n]) + bytes(range(n, n + 31)) for n in range(27))

    svg = compact.qr_svg(
        Receipt(99_999_999, path, small.note, small.extra), page="https://wasl.example/log/verify"
    )

    assert ET.fromstring(svg).tag.endswith("svg")  # noqa: S314  made here


@pytest.mark.parametrize("text", ["", "r1.", "r1.12", "r1.x", "r1." + "9" * 9000, "hello", "r1.٣٤"])
def test_other_codes_are_refused(text):
    with pytest.raises(NotAccepted):
        compact.from_digits(text)


def test_a_long_receipt_has_a_code_too():
    short = make()
    long = Receipt(5, short.path, short.note, short.extra + bytes(range(32, 127)) * 30)

    assert compact.from_digits(compact.to_digits(long)) == long


def test_a_bomb_in_a_code_is_refused():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"0" * 3_000_000) + packer.flush()
    digits = compact.decimal(int.from_bytes(b"\x01" + packed, "big"))

    with pytest.raises(NotAccepted):
        compact.from_digits("r1." + digits)
