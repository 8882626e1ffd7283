import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.sandbox.wechatpay import fields
from yumen.sandbox.wechatpay.refusals import Refusal

MISSING = object()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def changed(body: dict, pointer: str, value: object) -> dict:
    *path, last = pointer.split("/")[1:]
    place = body
    for part in path:
        place = place.setdefault(part, {})
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return body


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/appid", MISSING),
        ("/mchid", 1900000109),
        ("/description", "x" * 128),
        ("/description", ""),
        ("/description", None),
        ("/out_trade_no", "T1234"),
        ("/out_trade_no", "T" * 33),
        ("/out_trade_no", "T 123456"),
        ("/time_expire", "tomorrow"),
        ("/attach", "x" * 129),
        ("/notify_url", "http://shop.example/hooks"),
        ("/notify_url", "https://shop.example/hooks?a=1"),
        ("/notify_url", "https://[broken"),
        ("/amount", MISSING),
        ("/amount/total", 0),
        ("/amount/total", -1),
        ("/amount/total", 1.5),
        ("/amount/total", "100"),
        ("/amount/total", True),
        ("/amount/total", 2**63),
        ("/amount/currency", "USD"),
        ("/payer", {}),
        ("/payer/openid", "a b"),
        ("/unheard", 1),
        ("/support_fapiao", "yes"),
        ("/scene_info", {"payer_client_ip": "1.2.3"}),
        ("/scene_info", {"device_id": "1"}),
        ("/detail", {"goods_detail": [{"merchant_goods_id": "a/b", "quantity": 1, "unit_price": 1}]}),
        ("/detail", {"goods_detail": {}}),
        ("/settle_info", {"profit_sharing": 1}),
    ],
)
async def test_each_broken_rule_of_an_order_is_a_parameter_error_about_that_field(backend, pointer, value):
    answer = await backend.call("POST", "/v3/pay/transactions/jsapi", changed(backend.order(), pointer, value))
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert answer.json["detail"]["field"].startswith(pointer)
    assert answer.signed


async def test_a_description_counts_characters_and_everything_allowed_is_taken(backend):
    detail = {"merchant_goods_id": "SKU_1", "goods_name": "围巾", "quantity": 1, "unit_price": 9900}
    await backend.place(
        description="围" * 127,
        attach="",
        time_expire="2099-01-01T00:00:00+08:00",
        goods_tag="WXG",
        support_fapiao=True,
        detail={"cost_price": 1, "invoice_id": "i", "goods_detail": [detail]},
        scene_info={"payer_client_ip": "::1", "device_id": "SH01", "store_info": {"id": "1", "name": "店"}},
        settle_info={"profit_sharing": False},
        limit_pay=["no_credit"],
    )


async def test_too_much_detail_is_refused(backend):
    goods = [{"merchant_goods_id": "S", "goods_name": "x" * 200, "quantity": 1, "unit_price": 1}] * 40
    answer = await backend.call("POST", "/v3/pay/transactions/jsapi", backend.order(detail={"goods_detail": goods}))
    assert answer.json["detail"]["field"] == "/detail"


@given(JSON)
def test_anything_else_is_refused_and_never_breaks_the_check(value):
    for shape in (fields.ORDER, fields.REFUND, fields.CLOSE, fields.ABNORMAL):
        with pytest.raises(Refusal):
            shape.check(value)
