"""What befalls a trade beside the developer's calls: the clock, the person, the payment side."""

import pytest

from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.wechat.client import AdminRefused
from yumen.sandbox.wechat.push_delivery import Postman
from yumen.sandbox.wechat.records import PushTarget
from yumen.sandbox.wechat.trade_records import COMPLETE, RECEIVED, SHIPPED, Trade
from yumen.sandbox.wechat.trades import DAY_S, Trades
from yumen.sandbox.wechat.world import World, new_app

KEY = "a" * 43


@pytest.fixture
def world(tmp_path):
    return World(Journal(tmp_path / "state.sqlite"))


@pytest.fixture
def trades(world):
    app = world.add_app(new_app("shop"))
    app.push = PushTarget(url="http://127.0.0.1:1/", token="t", encoding_aes_key=KEY, mode="plain", format="json")
    return Trades(world, Postman(world))


def trade_of(world, **more):
    appid = next(iter(world.apps))
    now = world.now()
    fields = {"transaction_id": "42", "appid": appid, "openid": "o1", "mchid": "19", "out_trade_no": "no42"}
    return world.add_trade(Trade(**fields | {"paid_at": now, "logistics_type": 1} | more))


def events(world):
    return [push.event for push in world.pushes.values()]


async def test_an_express_parcel_is_received_ten_days_after_shipping_and_settled(world, trades):
    trade = trade_of(world, state=SHIPPED, shipped_at=world.now())
    world.move_clock(advance_s=9 * DAY_S)
    trades.age()
    assert trade.state == SHIPPED
    world.move_clock(advance_s=1 * DAY_S)
    trades.age()
    assert (trade.state, trade.confirm_method) == (RECEIVED, 2)
    world.move_clock(advance_s=61)
    trades.age()
    assert trade.state == COMPLETE
    assert events(world) == ["trade_manage_order_settlement"]
    assert next(iter(world.pushes.values())).message["confirm_receive_method"] == 2


async def test_anything_else_is_received_after_two_days(world, trades):
    trade = trade_of(world, state=SHIPPED, shipped_at=world.now(), logistics_type=3)
    world.move_clock(advance_s=2 * DAY_S)
    trades.age()
    assert trade.state == RECEIVED


async def test_who_never_shipped_is_told_to_connect_once_a_day(world, trades):
    trade_of(world)
    trades.age()
    trades.age()
    assert events(world) == ["trade_manage_remind_access_api"]
    world.move_clock(advance_s=DAY_S)
    trades.age()
    assert len(events(world)) == 2


async def test_who_ships_is_reminded_of_a_trade_unshipped_for_48_hours_once(world, trades):
    trade_of(world)
    next(iter(world.apps.values())).trade_rules.shipped_once = True
    trades.age()
    assert events(world) == []
    world.move_clock(advance_s=2 * DAY_S)
    trades.age()
    trades.age()
    assert events(world) == ["trade_manage_remind_shipping"]


async def test_an_app_that_is_not_managed_hears_nothing(world, trades):
    trade_of(world)
    next(iter(world.apps.values())).trade_rules.managed = False
    trades.age()
    assert events(world) == []


async def test_a_person_confirms_what_was_shipped_only(admin, app):
    openid = (await admin.member(app.appid, "p1")).openid
    told = {"transaction_id": "42", "openid": openid, "mchid": "19", "out_trade_no": "no42"}
    await admin.tell_trade(app.appid, **told)
    assert (await admin.tell_trade(app.appid, **told)).state == 1, "telling it again changes nothing"
    with pytest.raises(AdminRefused):
        await admin.confirm_receipt(app.appid, "42")
    with pytest.raises(AdminRefused):
        await admin.confirm_receipt(app.appid, "43")
    with pytest.raises(AdminRefused):
        await admin.tell_trade(app.appid, **told | {"transaction_id": "43", "openid": "nobody"})
