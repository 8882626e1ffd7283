"""Which key signs, how it rotates, and how an answer's signature can be wrong on purpose."""

import pytest

from yumen.sandbox.wechatpay import certificates  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechatpay.client import AdminRefused
from yumen.sandbox.wechatpay.signing import PROBE

UNKNOWN = "UNKNOWN1"


async def serials(backend, times: int = 30) -> set[str]:
    return {(await backend.query(UNKNOWN)).headers["Wechatpay-Serial"] for _ in range(times)}


async def test_in_public_key_mode_the_key_id_signs_and_there_are_no_certificates(backend):
    answer = await backend.query(UNKNOWN)
    assert answer.signed
    assert answer.headers["Wechatpay-Serial"] == backend.merchant.public_key_id
    assert backend.merchant.public_key_id.startswith("PUB_KEY_ID_")
    assert len(backend.merchant.public_key_id) == 45
    listed = await backend.call("GET", "/v3/certificates")
    assert (listed.status, listed.code, listed.signed) == (404, "RESOURCE_NOT_EXISTS", True)


async def test_in_certificate_mode_the_certificate_opens_with_the_apiv3_key_and_verifies(backend, admin):
    await admin.change_merchant(backend.merchant.mchid, key_mode="certificate")
    (serial,) = await backend.learn_certificates()
    answer = await backend.query(UNKNOWN)
    assert answer.signed
    assert answer.headers["Wechatpay-Serial"] == serial
    assert answer.headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"


async def test_while_both_are_in_use_the_request_decides_about_answers_and_a_share_about_notices(backend, admin, shop):
    mchid = backend.merchant.mchid
    await admin.change_merchant(mchid, key_mode="both", public_key_share=0.5)
    (serial,) = await backend.learn_certificates()
    assert await serials(backend, 5) == {backend.merchant.public_key_id}
    asked = await backend.call("GET", f"/v3/pay/transactions/id/1?mchid={mchid}", Wechatpay_Serial=serial)
    assert asked.headers["Wechatpay-Serial"] == serial
    number = (await backend.place())["out_trade_no"]
    await admin.pay(mchid, number, notify=False)
    for _ in range(24):
        await admin.send_notice(mchid, number)
    assert len(shop.heard) == 24


async def test_a_rotation_lists_mixes_and_ends(backend, admin):
    mchid = backend.merchant.mchid
    await admin.change_merchant(mchid, key_mode="certificate")
    (old,) = await backend.learn_certificates()
    begun = await admin.rotate(0.0)
    assert len(await backend.learn_certificates()) == 2
    assert await serials(backend, 8) == {old}
    new = next(serial for serial in begun.certificates if serial != old)
    await admin.rotate(0.5)
    assert await serials(backend) == {old, new}
    await admin.rotate(1.0)
    assert await serials(backend, 8) == {new}
    assert (await admin.rotate(retire=True)).certificates == [new]
    assert await backend.learn_certificates() == [new]
    with pytest.raises(AdminRefused, match="no_rotation"):
        await admin.rotate(retire=True)


@pytest.mark.parametrize("asked", ["ALL", "RSA", "SM2", "OTHER"])
async def test_certificates_are_asked_for_by_algorithm(backend, admin, asked):
    await admin.change_merchant(backend.merchant.mchid, key_mode="certificate")
    answer = await backend.call("GET", f"/v3/certificates?algorithm_type={asked}")
    assert len(answer.json.get("data", [])) == {"ALL": 2, "RSA": 1, "SM2": 1, "OTHER": 0}[asked]


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
        "unsigned",
    ],
)
async def test_an_answer_that_must_not_be_believed(backend, admin, kind):
    await admin.trouble(backend.merchant.mchid, kind, endpoint="query", left=1)
    assert not (await backend.query(UNKNOWN)).signed
    assert (await backend.query(UNKNOWN)).signed


async def test_an_answers_probe_bears_the_prefix(backend, admin):
    await admin.trouble(backend.merchant.mchid, "probe", left=1)
    assert (await backend.query(UNKNOWN)).headers["Wechatpay-Signature"].startswith(PROBE)


@pytest.mark.parametrize("kind", ["lowercase_headers", "extra_fields"])
async def test_an_answer_that_looks_odd_and_is_good(backend, admin, kind):
    await admin.trouble(backend.merchant.mchid, kind, left=1)
    assert (await backend.query((await backend.place())["out_trade_no"])).signed
