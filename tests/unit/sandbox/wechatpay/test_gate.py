import asyncio
import time
from types import SimpleNamespace

import aiohttp
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.wechatpay.calls import admit  # noqa: F401 - what the gate asks first
from yumen.sandbox.wechatpay.endpoints import NAMES, Endpoints
from yumen.sandbox.wechatpay.quick_rsa import new_key
from yumen.sandbox.wechatpay.rates import USUAL
from yumen.sandbox.wechatpay.records import Merchant
from yumen.sandbox.wechatpay.refusals import CODES, Refusal
from yumen.sandbox.wechatpay.server import employ
from yumen.sandbox.wechatpay.world import open_world

PATHS = st.sampled_from(
    [
        "/v3/pay/transactions/jsapi",
        "/v3/pay/transactions/out-trade-no/T1234567/close",
        "/v3/pay/transactions/out-trade-no/%00%ff",
        "/v3/pay/transactions/id/42",
        "/v3/refund/domestic/refunds",
        "/v3/refund/domestic/refunds/R1",
        "/v3/refund/domestic/refunds/5030/apply-abnormal-refund",
        "/v3/bill/tradebill",
        "/v3/bill/fundflowbill",
        "/v3/billdownload/file",
        "/v3/certificates",
        "/v3/nothing",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


async def test_every_answer_says_that_it_is_no_wechat_pay(session, sandbox):
    for url in (sandbox.api + "/v3/certificates", sandbox.admin + "/api", sandbox.admin + "/"):
        async with session.get(url) as answer:
            assert "this is not WeChat Pay" in answer.headers["Yumen-Sandbox"]
    async with session.get(sandbox.admin + "/") as answer:
        assert "SANDBOX / 沙箱 — this is not WeChat Pay" in await answer.text()


async def test_request_ids_end_in_the_internal_number(backend):
    good = await backend.call("POST", "/v3/pay/transactions/jsapi", backend.order())
    assert good.headers["Request-ID"].endswith("-0")
    assert (await backend.query("UNKNOWN1")).headers["Request-ID"].endswith("-268512771")


async def test_unknown_paths_and_wrong_methods_are_refused_and_signed(backend):
    unknown = await backend.call("GET", "/v3/nothing")
    assert (unknown.status, unknown.code, unknown.signed) == (404, "RESOURCE_NOT_EXISTS", True)
    assert (await backend.call("GET", "/api/merchants")).status == 404
    wrong = await backend.call("GET", "/v3/pay/transactions/jsapi")
    assert (wrong.status, wrong.code) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("code", [code for code in CODES if code != "METHOD_NOT_ALLOWED"])
async def test_every_error_can_be_ordered(backend, admin, code):
    status = CODES[code][0]
    await admin.trouble(backend.merchant.mchid, "error", endpoint="query", code=code, status=status, left=1)
    answer = await backend.query("UNKNOWN1")
    assert (answer.status, answer.code, answer.signed) == (status, code, True)


async def test_an_error_comes_before_or_after_the_effect(backend, admin):
    mchid = backend.merchant.mchid
    body = backend.order()
    await admin.trouble(mchid, "error", endpoint="jsapi", left=1)
    assert (await backend.call("POST", "/v3/pay/transactions/jsapi", body)).code == "SYSTEM_ERROR"
    assert (await backend.query(body["out_trade_no"])).status == 404
    await admin.trouble(mchid, "error_after", endpoint="jsapi", left=1)
    assert (await backend.call("POST", "/v3/pay/transactions/jsapi", body)).code == "SYSTEM_ERROR"
    assert (await backend.query(body["out_trade_no"])).status == 200


@pytest.mark.parametrize(
    ("kind", "placed"), [("cut", False), ("lost", True), ("silent_before", False), ("silent", True)]
)
async def test_an_answer_that_never_comes(backend, admin, kind, placed):
    await admin.trouble(backend.merchant.mchid, kind, endpoint="jsapi", left=1)
    body = backend.order()
    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await asyncio.wait_for(backend.call("POST", "/v3/pay/transactions/jsapi", body), 0.3)
    assert (await backend.query(body["out_trade_no"])).status == (200 if placed else 404)


async def test_slowness_and_a_gateways_unsigned_page(backend, admin):
    await admin.trouble(backend.merchant.mchid, "slow", delay_ms=200, left=1)
    began = time.perf_counter()
    await backend.query("UNKNOWN1")
    assert time.perf_counter() - began >= 0.2
    await admin.trouble(backend.merchant.mchid, "html_502", left=1)
    page = await backend.query("UNKNOWN1")
    assert (page.status, page.signed) == (502, False)
    assert b"502 Bad Gateway" in page.body


async def test_rates_are_limited_and_can_be_set(backend, admin):
    mchid = backend.merchant.mchid
    assert USUAL["jsapi"] == 500
    await admin.change_merchant(mchid, rates={"query": 2})
    codes = [(await backend.query("UNKNOWN1")).code for _ in range(12)]
    assert "FREQUENCY_LIMITED" in codes
    await admin.change_merchant(mchid, rates_on=False)
    assert {(await backend.query("UNKNOWN1")).code for _ in range(12)} == {"ORDER_NOT_EXIST"}


async def test_bad_refunds_are_limited_to_a_few_a_second(backend):
    answers = await asyncio.gather(*(backend.refund("UNKNOWN1", 1) for _ in range(40)))
    assert {answer.code for answer in answers} == {"RESOURCE_NOT_EXISTS", "FREQUENCY_LIMITED"}


async def test_a_caller_in_frankfurt_waits(backend, admin):
    await admin.set_vantage("frankfurt")
    began = time.perf_counter()
    await backend.query("UNKNOWN1")
    assert time.perf_counter() - began > 0.15


async def test_the_call_log_holds_no_payer_and_no_signature(backend, admin):
    body = backend.order(unheard=1)
    await backend.call("POST", "/v3/pay/transactions/jsapi", body)
    log = msgspec.json.encode(await admin.calls()).decode()
    assert "PARAM_ERROR" in log
    assert body["payer"]["openid"] not in log
    assert "signature=" not in log
    counted = (await admin.metrics()).calls
    assert [(one.endpoint, one.outcome, one.calls) for one in counted] == [("jsapi", "PARAM_ERROR", 1)]


def test_an_endpoint_has_a_name_that_troubles_know():
    table = Endpoints(*[SimpleNamespace(**dict.fromkeys(names)) for names in _ACTS])
    assert table.find(_request("GET", "/v3/certificates"))[0].name in NAMES
    assert table.find(_request("GET", "/v3/pay/transactions/out-trade-no/a%2Fb"))[1] == "a%2Fb"
    assert table.find(_request("GET", "/v3/pay/transactions/out-trade-no/a/b")) is None
    with pytest.raises(Refusal):
        table.find(_request("POST", "/v3/certificates"))


_ACTS = (
    ("place", "ask_by_number", "ask_by_transaction", "close"),
    ("create", "ask", "apply_abnormal"),
    ("trade", "funds", "fetch"),
)


def _request(method: str, path: str) -> Request:
    return Request(method, path, {}, {}, b"", False, False, path)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A gate without a wire, and a merchant whose signatures are made fast."""
    world = open_world(tmp_path_factory.mktemp("odd") / "state.sqlite")
    key = new_key()
    from cryptography.hazmat.primitives import serialization as forms

    pem = key.public().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo).decode()
    merchant = Merchant(
        mchid="1900000109",
        name="odd",
        appids=["wx" + "8" * 16],
        serial_no="A" * 40,
        certificate_pem=pem,
        apiv3_key="k" * 32,
        key_mode="certificate",
        rates_on=False,
    )
    world.save_merchant(merchant)
    yield SimpleNamespace(gate=employ(world).gate, key=key, merchant=merchant)
    world.journal.close()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(method=st.sampled_from(["GET", "POST", "PUT"]), path=PATHS, body=JSON | st.binary(max_size=60), data=st.data())
def test_odd_but_signed_input_is_never_an_error_of_ours(bench, method, path, body, data):
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    query = data.draw(
        st.dictionaries(st.sampled_from(["mchid", "bill_date", "token", "tar_type"]), st.text(max_size=12))
    )
    stamp = str(int(time.time()))
    message = f"{method}\n{path}\n{stamp}\nn\n".encode() + raw + b"\n"
    parts = {
        "mchid": bench.merchant.mchid,
        "nonce_str": "n",
        "timestamp": stamp,
        "serial_no": "A" * 40,
        "signature": bench.key.sign(message),
    }
    authorization = "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in parts.items())
    headers = {
        "authorization": authorization,
        "accept": "*/*",
        "user-agent": "odd",
        "content-type": "application/json",
    }
    answer = bench.gate(Request(method, path, query, headers, raw, False, False, path))
    assert 200 <= answer.status < 500
    assert answer.status not in {200, 401} or path == "/v3/certificates"


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    authorization=st.text(st.characters(max_codepoint=255), max_size=300)
    | st.builds('WECHATPAY2-SHA256-RSA2048 mchid="1900000109",{}'.format, st.text(max_size=200)),
    path=PATHS,
)
def test_odd_authorizations_are_refused(bench, authorization, path):
    headers = {"authorization": authorization, "accept": "*/*", "user-agent": "odd"}
    answer = bench.gate(Request("GET", path, {}, headers, b"", False, False, path))
    assert answer.status in {401, 405}
