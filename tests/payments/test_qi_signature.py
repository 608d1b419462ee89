"""Qi's signature: decimals, what is missing, forged and swapped."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from wasl.payments.providers import CallbackRefusedError
from wasl.payments.providers.qi import QiProvider, signature
from wasl.payments.sandbox.qi import keys

PAYMENT = {
    "paymentId": "f2bb43a8-488a-4281-977b-5b3418fc3c67",
    "amount": 15000,
    "currency": "IQD",
    "creationDate": "2026-08-04T15:34:33Z",
    "status": "SUCCESS",
}
TEXT = "f2bb43a8-488a-4281-977b-5b3418fc3c67|15000.000|IQD|2026-08-04T15:34:33Z|SUCCESS"


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed(text, key):
    """A signature made with the library alone, of a text written by hand."""
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


@pytest.mark.parametrize(
    ("amount", "decimals", "written"),
    [
        (15000, 3, "15000.000"),
        ("15000.0", 3, "15000.000"),
        ("15000.00", 3, "15000.000"),
        ("15000.000", 2, "15000.00"),
        (15000, 2, "15000.00"),
        ("15000.000", 0, "15000"),
        ("256.89", 3, "256.890"),
        ("0.125", 3, "0.125"),
        ("1.5E4", 3, "15000.000"),
        (None, 3, "-"),
        ("", 3, "-"),
    ],
)
def test_the_amount_is_signed_with_fixed_decimals(amount, decimals, written, key):
    payment = {**PAYMENT, "amount": amount}
    text = TEXT.replace("15000.000", written)

    signature.check(payment, signed(text, key), key=key.public_key(), decimals=decimals)

    assert signature.signed_text(payment, decimals) == text


@pytest.mark.parametrize("right", [0, 2, 3])
@pytest.mark.parametrize("wrong", [0, 2, 3])
def test_the_number_of_decimals_matters(right, wrong, key):
    text = TEXT.replace("15000.000", f"{15000:.{right}f}")

    def check():
        signature.check(PAYMENT, signed(text, key), key=key.public_key(), decimals=wrong)

    if right == wrong:
        check()
    else:
        with pytest.raises(CallbackRefusedError, match="WRONG_SIGNATURE"):
            check()


@pytest.mark.parametrize("name", ["currency", "creationDate", "status"])
@pytest.mark.parametrize("missing", [None, ""])
def test_what_is_missing_is_signed_as_a_dash(name, missing, key):
    payment = {**PAYMENT, name: missing}
    text = TEXT.replace(str(PAYMENT[name]), "-")

    signature.check(payment, signed(text, key), key=key.public_key(), decimals=3)
    del payment[name]
    signature.check(payment, signed(text, key), key=key.public_key(), decimals=3)


def test_the_date_is_taken_as_it_came(key):
    payment = {**PAYMENT, "creationDate": "2026-08-04T18:34:33+03:00"}

    with pytest.raises(CallbackRefusedError):
        signature.check(payment, signed(TEXT, key), key=key.public_key(), decimals=3)


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 16000},
        {"status": "FAILED"},
        {"currency": "USD"},
        {"paymentId": "f2bb43a8-488a-4281-977b-5b3418fc3c68"},
        {"amount": "NaN"},
        {"amount": "Infinity"},
        {"amount": "1e999"},
        {"amount": True},
        {"amount": [15000]},
        {"status": {"x": 1}},
        {"paymentId": "f2bb43a8-488a-4281-977b-5b3418fc3c67|15000.000", "amount": None},
    ],
)
def test_a_changed_field_breaks_the_signature(changed, key):
    with pytest.raises(CallbackRefusedError):
        signature.check({**PAYMENT, **changed}, signed(TEXT, key), key=key.public_key(), decimals=3)


@pytest.mark.parametrize("given", ["", "x", "%%%", "A" * 344, "A" * 9000, "ه" * 8])
def test_what_is_no_signature_is_refused(given, key):
    with pytest.raises(CallbackRefusedError):
        signature.check(PAYMENT, given, key=key.public_key(), decimals=3)


def test_another_key_does_not_sign_for_the_company(key):
    with pytest.raises(CallbackRefusedError, match="WRONG_SIGNATURE"):
        signature.check(PAYMENT, signed(TEXT, keys.load(None)), key=key.public_key(), decimals=3)


def test_without_its_settings_it_is_not_offered(settings, key):
    settings.WASL_DEMO = settings.DEBUG = False
    for name in ("URL", "USERNAME", "PASSWORD", "TERMINAL_ID", "PUBLIC_KEY", "PUBLIC_KEY_FILE"):
        setattr(settings, f"WASL_QI_{name}", "")

    nothing = QiProvider().check_config()
    for name in ("USERNAME", "PASSWORD", "TERMINAL_ID"):
        setattr(settings, f"WASL_QI_{name}", "x")
    settings.WASL_QI_URL = "http://gate.example/api/v1"
    settings.WASL_QI_SIGNATURE_DECIMALS = 9
    insecure = QiProvider().check_config()
    settings.WASL_QI_URL = "https://gate.example/api/v1"
    settings.WASL_QI_SIGNATURE_DECIMALS = 3
    settings.WASL_QI_PUBLIC_KEY = keys.public_pem(key)

    assert "WASL_QI_URL, WASL_QI_USERNAME" in nothing[0]
    assert [each.split()[0] for each in insecure] == [
        "WASL_QI_URL",
        "WASL_QI_SIGNATURE_DECIMALS",
        "Set",
    ]
    assert QiProvider().check_config() == []


def test_only_a_long_rsa_key_will_do():
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    curve = ec.generate_private_key(ec.SECP256R1())

    for pem in ("", "x", keys.public_pem(short), keys.public_pem(curve)):
        with pytest.raises(signature.UnusableKeyError):
            signature.public_key(pem)
