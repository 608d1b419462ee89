import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.transparency.test_jcs import leaf_values, texts
from wasl.transparency import leaves
from wasl.transparency.encoding import NotAccepted, to_base64
from wasl.transparency.merkle import leaf_hash

WHEN = datetime(2026, 11, 23, 21, 59, 59, tzinfo=UTC)


def build(chain, **changed):
    values = {
        "kind": "a.b",
        "recorded_at": WHEN,
        "chain": chain,
        "actor_role": "INSPECTOR",
        "office": "KARKH",
        "commitment": sha256(b"").digest(),
        "public": "{}",
        **changed,
    }
    return leaves.build(**values)


@given(texts, texts, st.dictionaries(st.sampled_from("abc"), leaf_values, max_size=3))
def test_a_leaf_put_together_is_canonical_json(role, office, public):
    before = leaves.Chain("p", 4, sha256(b"last").digest())

    try:
        leaf, hashed = build(before, actor_role=role, office=office, public=json.dumps(public))
    except NotAccepted:
        assert len(rfc8785.dumps(public)) > 1000 or len(role + office) > 20
        return

    assert leaf == rfc8785.dumps(
        {
            "v": 1,
            "type": "a.b",
            "log_time": "2026-11-23T21:00Z",
            "case": "p",
            "seq": 5,
            "prev": to_base64(sha256(b"last").digest()),
            "actor_role": role,
            "office": office,
            "payload_commit": to_base64(sha256(b"").digest()),
            "public": public,
        }
    )
    assert hashed == leaf_hash(leaf)
    assert (before.seq, before.last_hash) == (5, hashed)


@pytest.mark.parametrize(
    "public", ['{"a": 1.0}', '{"a": [{"b": 2e3}]}', json.dumps({"a": "x" * 2100})]
)
def test_what_a_leaf_may_not_hold_moves_no_chain(public):
    chain = leaves.Chain("p")

    with pytest.raises(NotAccepted):
        build(chain, public=public)

    assert chain == leaves.Chain("p")
