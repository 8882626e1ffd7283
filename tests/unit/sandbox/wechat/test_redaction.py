import msgspec
from hypothesis import given
from hypothesis import strategies as st

from yumen.sandbox.kit.redaction import MASK
from yumen.sandbox.wechat.redaction import HIDDEN, REDACTION

SECRET = "s3cr3t-value"


@given(name=st.sampled_from(sorted(HIDDEN)), depth=st.integers(0, 5))
def test_secrets_are_masked_at_any_depth(name, depth):
    body: object = {name: SECRET, "appid": "wx1"}
    for _ in range(depth):
        body = [{"inner": body}]
    shown = REDACTION.json(msgspec.json.encode(body))
    assert SECRET not in shown
    assert MASK in shown
    assert "wx1" in shown


def test_a_query_keeps_what_is_no_secret():
    query = {"appid": "wx1", "secret": SECRET, "js_code": "0123456789abcdef"}
    assert REDACTION.query(query) == "appid=wx1&secret=***&js_code=012345…"


def test_what_is_not_json_is_told_by_its_length():
    assert REDACTION.json(b"secret=1") == "(8 bytes)"
    assert REDACTION.json(b"[" * 5000) == "(5000 bytes)"
    assert REDACTION.json(b"") == ""
