"""WeChat is told of every parcel until it knows, and shoppers are reminded to confirm what arrived."""

from datetime import timedelta

from tests.stories.customer.conftest import VELVET
from tests.stories.customer.orders.till import later
from yumen.customer.orders import parcel_store, refund, shipping, telling
from yumen.customer.orders.events import ParcelSent
from yumen.customer.orders.states import State
from yumen.kit.errors import Unsettled
from yumen.wechat import WechatError

UPLOAD = "/wxa/sec/order/upload_shipping_info"
REMIND = "/wxa/sec/order/notify_confirm_receive"


class Mini:
    """WeChat's answers to uploads, in turn: an errcode, 0, or an exception."""

    def __init__(self, *answers, path=UPLOAD):
        self.answers = list(answers)
        self.path = path
        self.bodies = []

    async def authorized(self, answer, appid, path, query, body=None, *, repeatable=False):
        assert (appid, path) == (VELVET, self.path)
        self.bodies.append(body)
        said = self.answers.pop(0) if self.answers else 0
        if isinstance(said, Exception):
            raise said
        if said:
            raise WechatError(said, "", path)
        return answer()


class Alarms:
    def __init__(self):
        self.raised = []

    async def __call__(self, uow, code, place):
        self.raised.append((code, place))


async def shipped(market, carrier="SF"):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 2})
    async with market.staff() as uow:
        return order, await shipping.ship(uow, order, carrier, "SF12345678901")


async def upload_of(market, parcel):
    async with market.system() as uow:
        found = await parcel_store.find(uow.conn, parcel)
    return found.upload, found.upload_errcode


async def test_a_parcel_is_told_to_wechat_with_a_masked_contact(market):
    order, parcel = await shipped(market)
    assert await market.state(order) is State.SHIPPED
    assert next(one for one in market.house.ear.heard if isinstance(one, ParcelSent)).parcel == parcel
    mini = Mini()
    assert await telling.tell(market.work, mini, parcel, market.house.handler) is True
    (body,) = mini.bodies
    (payment,) = await market.house.rows("select transaction_id from orders.payment")
    assert body["order_key"]["transaction_id"] == payment["transaction_id"]
    assert body["shipping_list"][0]["contact"] == {"receiver_contact": "199****0001"}
    assert body["payer"]["openid"] == "oAlice"
    assert await upload_of(market, parcel) == ("done", None)
    assert await telling.tell(market.work, mini, parcel, market.house.handler) is True
    assert len(mini.bodies) == 1


async def test_wechat_may_know_the_payment_later_or_the_parcel_already(market):
    _, parcel = await shipped(market, "STO")
    mini = Mini(10060001, 10060012, Unsettled("http.timeout"), 10060002)
    for _ in range(3):
        assert await telling.tell_waiting(market.work, mini) == 0
        assert await telling.tell_waiting(market.work, mini) == 0, "it is not due again yet"
        later(market.house.clock, minutes=1)
    assert (await upload_of(market, parcel))[0] == "waiting"
    assert await telling.tell_waiting(market.work, mini) == 1
    assert await upload_of(market, parcel) == ("done", 10060002)


async def test_what_wechat_refuses_is_seen_in_time(market):
    _, parcel = await shipped(market)
    await telling.tell(market.work, Mini(268485227), parcel, market.house.handler)
    assert await upload_of(market, parcel) == ("refused", 268485227)
    alarms = Alarms()
    async with market.system() as uow:
        assert await shipping.watch(uow, alarms) == 0
    later(market.house.clock, hours=37)
    async with market.system() as uow:
        assert await shipping.watch(uow, alarms) == 1
    assert alarms.raised == [(shipping.UNTOLD_ALARM, f"handler:{market.house.handler}")]


async def test_several_parcels_are_told_as_a_split_delivery_that_grows(market):
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 3})
    async with market.staff() as uow:
        first = await shipping.ship(uow, order, "YTO", "YT000001", {1: 1}, last=False)
    mini = Mini()
    assert await telling.tell(market.work, mini, first, market.house.handler) is True
    async with market.staff() as uow:
        second = await shipping.ship(uow, order, "SF", "SF000002", {1: 2})
    assert await telling.tell(market.work, mini, second, market.house.handler) is True
    assert [(body["delivery_mode"], body["is_all_delivered"]) for body in mini.bodies] == [(2, False), (2, True)]
    told = mini.bodies[1]["shipping_list"]
    assert [(one["tracking_no"], one["item_desc"][-2:]) for one in told] == [("YT000001", "×1"), ("SF000002", "×2")]
    assert [("contact" in one) for one in told] == [False, True]
    assert await upload_of(market, first) == await upload_of(market, second) == ("done", None)


async def arrive(market, order, parcel):
    at = later(market.house.clock, days=2)
    async with market.staff() as uow:
        await shipping.arrived(uow, order, parcel, at)
    return at


async def test_the_shopper_is_reminded_once_a_day_after_the_parcel_arrived(market):
    order, parcel = await shipped(market)
    await telling.tell(market.work, Mini(), parcel, market.house.handler)
    at = await arrive(market, order, parcel)
    mini = Mini(10060012, path=REMIND)
    assert await telling.remind(market.work, mini) == 0
    later(market.house.clock, days=1, minutes=1)
    for due in (1, 1, 0):
        assert await telling.remind(market.work, mini) == due
    assert [body["received_time"] for body in mini.bodies] == [int(at.timestamp())] * 2
    assert await market.state(order) is State.SHIPPED


async def test_nobody_is_reminded_of_what_wechat_does_not_know_or_what_goes_back(market):
    order, parcel = await shipped(market)
    await arrive(market, order, parcel)
    later(market.house.clock, days=2)
    assert await telling.remind(market.work, Mini(path=REMIND)) == 0
    await telling.tell(market.work, Mini(), parcel, market.house.handler)
    async with market.staff() as uow:
        await refund.by_staff(uow, order, 100, {}, "goodwill", restock=False)
    mini = Mini(path=REMIND)
    assert await telling.remind(market.work, mini) == 1
    assert mini.bodies == []


def test_tellings_are_spaced_ever_more():
    assert list(telling.AGAIN_S) == sorted(telling.AGAIN_S)
    assert timedelta(seconds=telling.AGAIN_S[-1]) < shipping.ALARM_AFTER
