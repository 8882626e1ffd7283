"""Shipping management as a backend meets it."""

import pytest

from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.server import running

UPLOAD = "/wxa/sec/order/upload_shipping_info"
T0 = "2026-11-25T13:29:35.120+08:00"
T1 = "2026-11-25T14:29:35.120+08:00"


@pytest.fixture
async def desk(admin, caller, app):
    """A paid trade of the first person that shipping management sees, and how to ask about it."""
    return await Desk.open(admin, caller, app)


class Desk:
    @classmethod
    async def open(cls, admin, caller, app):
        self = cls()
        self.admin, self.caller, self.app = admin, caller, app
        await admin.change_app(app.appid, trade_rules={"visible_after_s": 0})
        self.openid = (await admin.member(app.appid, "p1")).openid
        self.token = (await caller.stable(app))["access_token"]
        await self.paid("4200001")
        return self

    async def paid(self, transaction, openid=None):
        await self.admin.tell_trade(
            self.app.appid, transaction_id=transaction, openid=openid or self.openid, mchid="1900000001",
            out_trade_no=f"no{transaction}", paid_fen=1200,
        )  # fmt: skip

    async def ask(self, path, body):
        return await self.caller.post(path, body, access_token=self.token)

    async def upload(self, **change):
        return (await self.ask(UPLOAD, body_of(self.openid) | change))["errcode"]

    async def order(self):
        return (await self.ask("/wxa/sec/order/get_order", {"transaction_id": "4200001"}))["order"]


def parcel(number="YT0001", **change):
    return {"tracking_no": number, "express_company": "YTO", "item_desc": "香膏×1"} | change


def body_of(openid):
    return {
        "order_key": {"order_number_type": 2, "transaction_id": "4200001"},
        "logistics_type": 1,
        "delivery_mode": 1,
        "shipping_list": [parcel()],
        "upload_time": T0,
        "payer": {"openid": openid},
    }


async def test_a_parcel_told_of_makes_the_trade_shipped(desk):
    assert (await desk.order())["order_state"] == 1
    assert await desk.upload() == 0
    order = await desk.order()
    assert order["order_state"] == 2
    assert order["shipping"]["finish_shipping_count"] == 1
    assert order["shipping"]["shipping_list"][0]["tracking_no"] == "YT0001"


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"order_key": {"order_number_type": 3}}, 268485194),
        ({"order_key": {"order_number_type": 2}}, 268485195),
        ({"order_key": {"order_number_type": 1}}, 268485196),
        ({"order_key": {"order_number_type": 1, "mchid": "1900000001"}}, 268485197),
        ({"order_key": {"order_number_type": 2, "transaction_id": "9"}}, 10060001),
        ({"order_key": {"order_number_type": "2", "transaction_id": "4200001"}}, 47001),
        ({"logistics_type": 5}, 10060005),
        ({"delivery_mode": 3}, 268485224),
        ({"delivery_mode": 2, "logistics_type": 3}, 10060006),
        ({"delivery_mode": 2}, 10060007),
        ({"upload_time": "2026-11-25 13:29:35"}, 268485216),
        ({"shipping_list": []}, 268485228),
        ({"shipping_list": [parcel(), parcel("YT0002")]}, 268485228),
        ({"delivery_mode": 2, "is_all_delivered": True, "shipping_list": [parcel()] * 16}, 10060024),
        ({"shipping_list": [parcel(tracking_no="")]}, 268485226),
        ({"shipping_list": [parcel(express_company="")]}, 268485227),
        ({"shipping_list": [parcel("9" * 129)]}, 10060026),
        ({"shipping_list": [parcel(express_company="Y" * 129)]}, 10060025),
        ({"shipping_list": [parcel(item_desc="")]}, 10060008),
        ({"shipping_list": [parcel(item_desc="香" * 121)]}, 10060009),
        ({"shipping_list": [parcel(express_company="SF")]}, 10060014),
        ({"shipping_list": [parcel(contact={"receiver_contact": "16912345678"})]}, 10060014),
        ({"payer": {"openid": "somebody"}}, 10060031),
        ({"payer": "me"}, 47001),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused_with_its_code_and_changes_nothing(desk, change, errcode):
    assert await desk.upload(**change) == errcode
    assert (await desk.order())["order_state"] == 1


async def test_shunfeng_takes_a_masked_contact(desk):
    listed = [parcel(express_company="SF", contact={"receiver_contact": "169****5678"})]
    assert await desk.upload(shipping_list=listed) == 0


async def test_a_trade_is_unknown_until_the_payment_side_was_heard(admin, caller, app, desk):
    await admin.change_app(app.appid, trade_rules={"visible_after_s": 30})
    await desk.paid("4200002")
    key = {"order_number_type": 1, "mchid": "1900000001", "out_trade_no": "no4200002"}
    assert await desk.upload(order_key=key) == 10060001
    await admin.advance_clock(31)
    assert await desk.upload(order_key=key) == 0


async def test_shipping_again_is_allowed_once_and_must_change_something(desk):
    assert await desk.upload() == 0
    assert await desk.upload(upload_time=T1) == 10060023
    assert await desk.upload(shipping_list=[parcel("YT0002")]) == 10060014, "an upload needs a later time"
    assert await desk.upload(shipping_list=[parcel("YT0002")], upload_time=T1) == 0
    assert (await desk.order())["shipping"]["finish_shipping_count"] == 2
    again = {"shipping_list": [parcel("YT0003")], "upload_time": "2026-11-25T15:29:35.120+08:00"}
    assert await desk.upload(**again) == 10060003


async def test_split_delivery_ships_when_all_is_delivered(desk):
    first = {"delivery_mode": 2, "is_all_delivered": False}
    assert await desk.upload(**first) == 0
    assert (await desk.order())["order_state"] == 1
    both = {"delivery_mode": 2, "is_all_delivered": True, "shipping_list": [parcel(), parcel("YT0002")]}
    assert await desk.upload(**both, upload_time=T1) == 0
    order = await desk.order()
    assert order["order_state"] == 2
    assert [one["tracking_no"] for one in order["shipping"]["shipping_list"]] == ["YT0001", "YT0002"]
    assert await desk.upload(**first, upload_time=T1) == 10060002


async def test_a_refunded_trade_is_not_shipped(desk):
    await desk.admin.refund_trade(desk.app.appid, "4200001")
    assert await desk.upload() == 10060004


async def test_the_reminder_to_confirm_goes_out_once_for_an_express_parcel_that_arrived(desk):
    path = "/wxa/sec/order/notify_confirm_receive"
    body = {"transaction_id": "4200001", "received_time": 4_000_000_000}
    assert (await desk.ask(path, body))["errcode"] == 10060028
    await desk.upload()
    assert (await desk.ask(path, body | {"received_time": 1}))["errcode"] == 10060029
    assert (await desk.ask(path, body))["errcode"] == 0
    assert (await desk.ask(path, body))["errcode"] == 10060030


async def test_who_fetches_the_goods_is_not_reminded(desk):
    await desk.upload(logistics_type=4, shipping_list=[{"item_desc": "香膏×1"}])
    body = {"transaction_id": "4200001", "received_time": 4_000_000_000}
    assert (await desk.ask("/wxa/sec/order/notify_confirm_receive", body))["errcode"] == 10060032


async def test_the_list_goes_on_from_the_last_index(desk):
    await desk.paid("4200002")
    path = "/wxa/sec/order/get_order_list"
    first = await desk.ask(path, {"page_size": 1})
    assert [one["transaction_id"] for one in first["order_list"]] == ["4200002"]
    assert first["has_more"]
    rest = await desk.ask(path, {"page_size": 1, "last_index": first["last_index"]})
    assert [one["transaction_id"] for one in rest["order_list"]] == ["4200001"]
    assert not rest["has_more"]
    assert (await desk.ask(path, {"last_index": "nothing"}))["errcode"] == 10060011
    assert (await desk.ask(path, {"order_state": 2}))["order_list"] == []


async def test_combined_orders_are_told_all_or_none(desk):
    await desk.paid("4200002")
    body = body_of(desk.openid)
    parts = [{**body, "order_key": {"order_number_type": 2, "transaction_id": name}} for name in ("4200001", "4200002")]
    combined = {"order_key": body["order_key"], "upload_time": T0, "payer": body["payer"]}
    path = "/wxa/sec/order/upload_combined_shipping_info"
    bad = {**parts[1], "shipping_list": [parcel(item_desc="")]}
    assert (await desk.ask(path, combined | {"sub_orders": [parts[0], bad]}))["errcode"] == 10060008
    assert (await desk.order())["order_state"] == 1
    assert (await desk.ask(path, combined | {"sub_orders": parts}))["errcode"] == 0
    assert [one.state for one in await desk.admin.trades(desk.app.appid)] == [2, 2]


async def test_whether_trades_are_managed_and_where_messages_lead(desk):
    own = {"appid": desk.app.appid}
    assert (await desk.ask("/wxa/sec/order/is_trade_managed", own))["is_trade_managed"] is True
    assert (await desk.ask("/wxa/sec/order/is_trade_managed", {"appid": "wx0"}))["errcode"] == 40013
    done = "/wxa/sec/order/is_trade_management_confirmation_completed"
    assert (await desk.ask(done, own))["completed"] is False
    assert (await desk.ask("/wxa/sec/order/set_msg_jump_path", {"path": ""}))["errcode"] == 10060014
    assert (await desk.ask("/wxa/sec/order/set_msg_jump_path", {"path": "pages/order"}))["errcode"] == 0
    assert (await desk.admin.app(desk.app.appid)).trade_rules.jump_path == "pages/order"


async def test_presale_is_reported_between_15_and_330_days(desk):
    path = "/wxa/sec/order/opspecialorder"
    paid_at = (await desk.order())["pay_time"]
    body = {"order_id": "4200001", "type": 1}
    assert (await desk.ask(path, body | {"delay_to": paid_at + 86400}))["errcode"] == 268546001
    assert (await desk.ask(path, body | {"type": 7}))["errcode"] == 268546000
    assert (await desk.ask(path, {"order_id": "nothing", "type": 2}))["errcode"] == 268546002
    assert (await desk.ask(path, body | {"delay_to": paid_at + 20 * 86400}))["errcode"] == 0


async def test_carriers_can_be_listed(desk):
    listed = await desk.ask("/cgi-bin/express/delivery/open_msg/get_delivery_list", {})
    assert {"delivery_id": "SF", "delivery_name": "顺丰速运"} in listed["delivery_list"]


async def test_trades_survive_a_restart(options):
    async with running(options) as first, Admin(first.admin) as admin:
        await admin.add_people(1)
        app = await admin.create_app()
        openid = (await admin.member(app.appid, "p1")).openid
        told = {"transaction_id": "42", "openid": openid, "mchid": "1900000001", "out_trade_no": "no42"}
        await admin.tell_trade(app.appid, **told)
    async with running(options) as again, Admin(again.admin) as admin:
        assert [one.transaction_id for one in await admin.trades(app.appid)] == ["42"]
