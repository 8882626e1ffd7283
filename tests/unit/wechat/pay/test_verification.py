"""Nothing is believed before headers, clock, key and signature are good; the published samples are in tests/vectors."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.wechat.pay import Unverified, Why
from yumen.wechat.pay.platform import RsaVerifier, SmVerifier, of_public_key
from yumen.wechat.pay.verification import PROBE, verify

BODY = b'{"id":"1"}'
NOW = datetime.now(UTC)


async def why(headers, body=BODY, now=NOW, keys=None):
    """Why it is refused, or None."""

    async def find(serial):
        return (keys or {}).get(serial)

    try:
        await verify(headers, body, find, now)
    except Unverified as refused:
        return refused.why
    return None


def test_every_refusal_looks_the_same_from_outside():
    assert {(Unverified(why).code.name, Unverified(why).code.status) for why in Why} == {("wechat_pay.unverified", 401)}


@pytest.fixture
def keys(public_pem, shop):
    return {shop.key_id: of_public_key(shop.key_id, public_pem)}


@pytest.fixture
def good(wechat_pay):
    return wechat_pay.headers(BODY, NOW.timestamp())


async def test_a_good_message_is_believed_whatever_the_case_of_its_headers(good, keys):
    assert await why(good, keys=keys) is None
    assert await why({name.upper(): value for name, value in good.items()}, keys=keys) is None


async def test_a_message_without_a_type_is_taken_as_rsa(good, keys):
    del good["Wechatpay-Signature-Type"]
    assert await why(good, keys=keys) is None


@pytest.mark.parametrize("name", ["Timestamp", "Nonce", "Signature", "Serial"])
async def test_every_header_is_needed_and_has_a_shape(good, keys, name):
    assert await why({k: v for k, v in good.items() if k != f"Wechatpay-{name}"}, keys=keys) is Why.HEADER_MISSING
    for wrong in ("", "x y", "é", "1" * 5000):
        assert await why(good | {f"Wechatpay-{name}": wrong}, keys=keys) is Why.HEADER_MALFORMED


@pytest.mark.parametrize(("seconds", "expected"), [(299, None), (300, Why.CLOCK), (-299, None), (-301, Why.CLOCK)])
async def test_the_clock_allows_less_than_five_minutes_either_way(good, keys, seconds, expected):
    at = datetime.fromtimestamp(int(NOW.timestamp()) + seconds, UTC)
    assert await why(good, keys=keys, now=at) is expected


async def test_changed_bodies_times_and_serials_are_refused(good, keys):
    stamp = str(int(good["Wechatpay-Timestamp"]) + 1)
    assert await why(good, BODY + b" ", keys=keys) is Why.SIGNATURE
    assert await why(good | {"Wechatpay-Timestamp": stamp}, keys=keys) is Why.SIGNATURE
    assert await why(good, keys={}) is Why.SERIAL_UNKNOWN
    assert await why(good | {"Wechatpay-Signature-Type": "WECHATPAY2-MD5"}, keys=keys) is Why.SUITE
    assert await why(good | {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}, keys=keys) is Why.SUITE


@pytest.mark.parametrize("tail", ["", "A" * 325, "%%%", "good"])
async def test_a_probe_is_refused_and_told_apart(good, keys, tail):
    signature = PROBE + (good["Wechatpay-Signature"] if tail == "good" else tail)
    assert await why(good | {"Wechatpay-Signature": signature}, keys=keys) is Why.PROBE


async def test_a_stale_message_looks_for_no_key(good):
    async def find(serial):
        raise AssertionError(serial)

    with pytest.raises(Unverified):
        await verify(good, BODY, find, NOW + timedelta(hours=1))


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from([f"wechatpay-{n}" for n in ("timestamp", "nonce", "signature", "serial", "signature-type")]),
        st.text(max_size=60),
    )
)
async def test_no_header_is_a_traceback(headers):
    assert isinstance(await why(headers), Why)


def test_verifiers_of_both_suites_are_told_apart():
    assert {RsaVerifier.suite.fget(None), SmVerifier.suite.fget(None)} == {
        "WECHATPAY2-SHA256-RSA2048",
        "WECHATPAY2-SM2-WITH-SM3",
    }
