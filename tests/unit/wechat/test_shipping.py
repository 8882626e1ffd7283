"""发货信息管理: the bodies are Tencent's, byte for byte of its documentation."""

from datetime import UTC, datetime

from yumen.wechat import shipping
from yumen.wechat.shipping import Delivery, ShippingItem

AT = datetime(2022, 12, 15, 5, 29, 35, 120_000, UTC)


class Mini:
    """Keeps what was asked and answers as told."""

    def __init__(self, answer=None):
        self.answer = answer
        self.asked = []

    async def authorized(self, answer, appid, path, query, body=None, *, repeatable=False):
        self.asked.append((appid, path, body))
        return self.answer


async def test_one_parcel_is_unified_delivery():
    mini = Mini()
    item = ShippingItem("香水×1", "SF1234567890", "SF", "189****1234")
    await shipping.upload_shipping_info(mini, "wxa", "4200001", "oX", [item], AT)
    ((appid, path, body),) = mini.asked
    assert (appid, path) == ("wxa", "/wxa/sec/order/upload_shipping_info")
    assert body == {
        "order_key": {"order_number_type": 2, "transaction_id": "4200001"},
        "logistics_type": 1,
        "delivery_mode": 1,
        "shipping_list": [
            {
                "item_desc": "香水×1",
                "tracking_no": "SF1234567890",
                "express_company": "SF",
                "contact": {"receiver_contact": "189****1234"},
            }
        ],
        "upload_time": "2022-12-15T13:29:35.120+08:00",
        "payer": {"openid": "oX"},
    }
    assert "189" not in repr(item)


async def test_several_parcels_are_split_delivery_and_say_whether_that_is_all():
    mini = Mini()
    items = [ShippingItem("x" * 200, "T12345", "STO"), ShippingItem("y", "T12346", "YTO")]
    await shipping.upload_shipping_info(mini, "wxa", "1", "oX", items, AT, is_all_delivered=False)
    body = mini.asked[0][2]
    assert (body["delivery_mode"], body["is_all_delivered"]) == (2, False)
    assert len(body["shipping_list"][0]["item_desc"]) == shipping.ITEM_DESC_MAX


async def test_virtual_goods_have_no_tracking():
    mini = Mini()
    await shipping.upload_shipping_info(mini, "wxa", "1", "oX", [ShippingItem("券")], AT, logistics_type=3)
    assert mini.asked[0][2]["shipping_list"] == [{"item_desc": "券"}]


async def test_the_other_calls_name_the_payment_and_read_what_is_answered():
    order = shipping.TradeOrder(transaction_id="1", order_state=2)
    assert await shipping.get_order(Mini(shipping.OrderAnswer(order)), "wxa", "1") == order
    mini = Mini()
    await shipping.notify_confirm_receive(mini, "wxa", "1", AT)
    assert mini.asked[0][1:] == (
        "/wxa/sec/order/notify_confirm_receive",
        {"transaction_id": "1", "received_time": 1_671_082_175},
    )
    deliveries = [Delivery("SF", "顺丰速运")]
    assert await shipping.get_delivery_list(Mini(shipping.DeliveriesAnswer(deliveries)), "wxa") == deliveries
    assert await shipping.is_trade_managed(Mini(shipping.ManagedAnswer(True)), "wxa") is True
