import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wasl.transparency.encoding import NotAccepted
from wasl.transparency.notes import COSIGNATURE, ED25519, Signer
from wasl.transparency.policies import Policy


def key(number, name, kind):
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32), kind).key


LOG = key(1, "log.example/1", ED25519)
A, B, C = (key(n, f"w{n}.example", COSIGNATURE) for n in (2, 3, 4))
GOOD = f"""# whom we trust
log {LOG} https://log.example/1
witness\tuniversity {A}  https://a.example
witness audit {B}
witness press {C}

group oversight 2 university audit press
quorum oversight
"""


def test_a_policy_is_read():
    policy = Policy.parse(GOOD.encode())

    assert policy.keys_of("log.example/1") == [LOG]
    assert policy.keys_of("log.example/2") == []
    assert policy.witnesses["university"].url == "https://a.example"
    assert policy.is_satisfied(["university", "press"])
    assert policy.is_satisfied(["university", "audit", "press"])
    assert not policy.is_satisfied(["press"])
    assert not policy.is_satisfied(["press", "stranger"])


def test_groups_of_groups_count_as_one_member():
    text = GOOD.replace("group oversight 2 university audit press", "group g any university audit\n"
                        "group oversight all g press")  # fmt: skip
    policy = Policy.parse(text.encode())

    assert policy.is_satisfied(["audit", "press"])
    assert not policy.is_satisfied(["university", "audit"])
    assert not policy.is_satisfied(["press"])


def test_quorum_none_asks_for_nobody():
    assert Policy.parse(f"log {LOG}\nquorum none\n".encode()).is_satisfied([])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum oversight\n", ""),
        ("quorum oversight", "quorum oversight\nquorum oversight"),
        ("quorum oversight", "quorum nobody"),
        ("quorum oversight", "quorum oversight press"),
        ("oversight 2", "oversight 0"),
        ("oversight 2", "oversight 4"),
        ("oversight 2", "oversight 02"),
        ("oversight 2 university audit press", "oversight 1"),
        ("university audit press", "university university press"),
        ("university audit press", "university later"),
        ("university audit press", "university none"),
        ("group oversight", "group press"),
        ("group oversight", "group none"),
        ("witness press", "witness none"),
        ("witness press", "witness audit"),
        (str(C), str(B)),
        (str(C), str(key(3, "another.example", COSIGNATURE))),
        (str(C), str(LOG)),
        (f"log {LOG}", f"log {A}"),
        (f"log {LOG}", f"log {LOG}\nlog {LOG}"),
        (f"log {LOG}", f"logs {LOG}"),
        (f"log {LOG}", f"log\u00a0{LOG}"),
        ("\n", "\r\n"),
        ("whom", "wh\x00m"),
        (str(LOG)[-10:], "AAAAAAAAA="),
    ],
)
def test_wrong_policies_are_refused(old, new):
    assert old in GOOD

    with pytest.raises(NotAccepted):
        Policy.parse(GOOD.replace(old, new).encode())


def test_high_octets_are_opaque():
    text = f"log {LOG}\nwitness جامعة {A}\nquorum جامعة\n".encode()

    assert Policy.parse(text).is_satisfied(["جامعة"])
    Policy.parse(b"# \xff\xfe\n" + text)
