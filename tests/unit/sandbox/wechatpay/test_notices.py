"""What a receiver hears: genuine notifications, and every way in which one can be wrong."""

import msgspec
import pytest

from yumen.sandbox.wechatpay import notices, post  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechatpay.keys import SIGNATURE_TYPE
from yumen.sandbox.wechatpay.signing import PROBE


@pytest.fixture
async def paid(backend, admin, shop) -> str:
    number = (await backend.place(attach="a,b"))["out_trade_no"]
    await admin.pay(backend.merchant.mchid, number, notify=False)
    return number


async def test_a_payment_is_told_completely(backend, admin, shop, paid):
    assert (await admin.send_notice(backend.merchant.mchid, paid)).outcome == "taken"
    (said,) = shop.heard
    assert (said["event_type"], said["resource_type"], said["summary"]) == (
        "TRANSACTION.SUCCESS",
        "encrypt-resource",
        "支付成功",
    )
    assert said["path"] == "/hooks/wechatpay"
    assert said["resource"]["algorithm"] == "AEAD_AES_256_GCM"
    opened = said["opened"]
    assert set(opened) >= {"appid", "mchid", "out_trade_no", "transaction_id", "trade_type", "bank_type", "payer"}
    assert set(opened["amount"]) == {"total", "payer_total", "currency", "payer_currency"}
    assert (opened["attach"], opened["trade_state"]) == ("a,b", "SUCCESS")


async def test_a_refund_is_told_with_refund_status_and_without_currency(backend, admin, shop, paid):
    await backend.refund(paid, 100, name="R1")
    for status in ("SUCCESS", "ABNORMAL", "CLOSED"):
        await admin.send_notice(backend.merchant.mchid, "R1", event="refund", status=status)
        said = shop.heard[-1]
        assert said["event_type"] == f"REFUND.{status}"
        assert said["opened"]["refund_status"] == status
        assert ("success_time" in said["opened"]) is (status == "SUCCESS")
        assert "currency" not in said["opened"]["amount"]


async def test_a_late_payment_notice_still_tells_of_a_payment(backend, admin, shop, paid):
    await backend.refund(paid, 100)
    await admin.send_notice(backend.merchant.mchid, paid)
    assert shop.heard[-1]["opened"]["trade_state"] == "SUCCESS"


@pytest.mark.parametrize(
    "kind",
    [
        "probe",
        "probe_undecodable",
        "wrong_signature",
        "wrong_key",
        "unknown_serial",
        "merchant_serial",
        "stale",
        "future",
        "missing_header",
        "truncated",
        "reserialised",
    ],
)
async def test_what_a_verifier_must_refuse(backend, admin, shop, paid, kind):
    attempt = await admin.send_notice(backend.merchant.mchid, paid, kind)
    assert (attempt.kind, attempt.outcome) == (kind, "status 401")
    assert shop.heard == []


async def test_probes_bear_their_prefix(backend, admin, shop, paid):
    for kind in ("probe", "probe_undecodable"):
        await admin.send_notice(backend.merchant.mchid, paid, kind)
    assert [signature.startswith(PROBE) for signature in shop.refused] == [True, True]
    assert [len(signature) % 4 == 0 for signature in shop.refused] == [True, False]


@pytest.mark.parametrize(
    ("kind", "place", "value"),
    [
        ("other_merchant", "mchid", "1900009999"),
        ("wrong_appid", "appid", "wx0123456789abcdef"),
        ("wrong_amount", "amount", 9901),
        ("other_currency", "amount", "USD"),
        ("unknown_order", "out_trade_no", "UNKNOWN"),
    ],
)
async def test_what_is_signed_well_and_still_not_true(backend, admin, shop, paid, kind, place, value):
    assert (await admin.send_notice(backend.merchant.mchid, paid, kind)).outcome == "taken"
    told = shop.heard[0]["opened"][place]
    told = list(told.values()) if isinstance(told, dict) else [told]
    assert any(str(one).startswith(str(value)) for one in told)


@pytest.mark.parametrize("kind", ["lowercase_headers", "extra_fields"])
async def test_what_looks_odd_and_is_good(backend, admin, shop, paid, kind):
    assert (await admin.send_notice(backend.merchant.mchid, paid, kind)).outcome == "taken"


async def test_another_apiv3_key_makes_it_unreadable(backend, admin, shop, paid):
    attempt = await admin.send_notice(backend.merchant.mchid, paid, "other_apiv3_key")
    assert attempt.outcome == "status 500"


async def test_a_changed_apiv3_key_counts_at_once(backend, admin, shop, paid):
    changed = await admin.change_merchant(backend.merchant.mchid, apiv3_key="Z" * 32)
    assert changed.former_apiv3_key == backend.merchant.apiv3_key
    assert (await admin.send_notice(backend.merchant.mchid, paid)).outcome == "status 500"
    backend.merchant = changed
    assert (await admin.send_notice(backend.merchant.mchid, paid)).outcome == "taken"


async def test_without_address_or_order_there_is_nothing_to_tell(backend, admin, paid):
    mchid = backend.merchant.mchid
    assert (await admin.send_notice(mchid, "UNKNOWN1")).outcome == "nothing to tell"
    assert (await admin.send_notice(mchid, "R9", event="refund")).outcome == "nothing to tell"
    await admin.change_merchant(mchid, deliver_to="")
    assert (await admin.send_notice(mchid, paid)).outcome == "address is not loopback"


def test_both_signature_types_are_named_as_in_the_documents():
    assert msgspec.to_builtins(SIGNATURE_TYPE) == {
        "RSA": "WECHATPAY2-SHA256-RSA2048",
        "SM2": "WECHATPAY2-SM2-WITH-SM3",
    }
