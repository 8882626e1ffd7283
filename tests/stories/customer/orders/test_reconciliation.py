"""Each day's bill against the ledger: nothing where nothing differs, and each of thirteen planted differences found."""

import io
from datetime import timedelta

import pytest

from tests.stories.customer.conftest import VELVET
from tests.stories.customer.orders.till import MCHID, later
from yumen.customer.orders import bill_store, comparison_store, reconciliation, refund
from yumen.customer.orders.states import State
from yumen.kit.clock import SHANGHAI, shanghai_day
from yumen.kit.errors import Problem
from yumen.wechat.pay import TradeBill
from yumen.wechat.pay.bill_rows import trade_rows

HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


def yuan(fen, digits=2):
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}" + "0" * (digits - 2)


def pay_row(number, transaction, fen, **more):
    fee = more.pop("fee", round(fen * 0.006))
    return {
        "number": number, "transaction": transaction, "fen": fen, "fee": fee, "state": "SUCCESS", "appid": VELVET,
        "currency": "CNY", "refund": "", "back": 0, "refund_state": "",
    } | more  # fmt: skip


def refund_row(number, transaction, made, fen, **more):
    fee = more.pop("fee", -round(fen * 0.006))
    return (
        pay_row(number, transaction, 0, state="REFUND", refund=made, back=fen, refund_state="SUCCESS", fee=fee) | more
    )


def raw_of(day, rows):
    """The file as WeChat Pay writes it."""
    lines = [HEADER]
    for row in rows:
        values = (
            f"{day} 12:00:00", row["appid"], MCHID, "0", "", row["transaction"], row["number"], "oX", "JSAPI",
            row["state"], "OTHERS", row["currency"], yuan(row["fen"]), "0.00", "50" if row["refund"] else "0",
            row["refund"] or "0", yuan(row["back"]), "0.00", "ORIGINAL" if row["refund"] else "", row["refund_state"],
            "香水,30ml", "", yuan(row["fee"], 5), "0.60%", yuan(row["fen"]), yuan(row["back"]), "",
        )  # fmt: skip
        lines.append("`" + ",`".join(values))
    total, back, fee = (sum(row[name] for row in rows) for name in ("fen", "back", "fee"))
    lines.append(SUMMARY)
    lines.append(
        "`" + ",`".join((str(len(rows)), yuan(total), yuan(back), "0.00", yuan(fee, 5), yuan(total), yuan(back)))
    )
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def bill_of(day, rows):
    """The same, fetched and checked."""
    return TradeBill(day, "c" * 40, io.BytesIO(raw_of(day, rows)), trade_rows)


async def day_of(market):
    """Two payments and one refund, in the middle of a day in China; answers the day and the rows of its bill."""
    local = market.house.clock.now().astimezone(SHANGHAI)
    market.house.clock.offset += timedelta(days=1, hours=12 - local.hour)
    person, tea = await market.club.member(), await market.stock("tea", pieces=50)
    one, two = [await market.paid(person, {tea: 1}) for _ in range(2)]
    async with market.staff() as uow:
        await refund.by_staff(uow, two, 5_000, {}, "goodwill", restock=False)
    await market.settle_refunds(two)
    assert await market.state(two) is State.PARTIALLY_REFUNDED
    payments = await market.house.rows("select id, transaction_id, amount_fen from orders.payment order by id")
    (back,) = await market.house.rows("select id, payment_id, amount_fen from orders.refund")
    rows = [pay_row(row["id"], row["transaction_id"], row["amount_fen"]) for row in payments]
    rows.append(refund_row(rows[1]["number"], rows[1]["transaction"], back["id"], back["amount_fen"]))
    return shanghai_day(market.house.clock.now()), rows, one, two


async def compare(market, day, rows):
    later(market.house.clock, seconds=1)
    async with market.system() as uow:
        with bill_of(day, rows) if rows else bill_of(day, []) as bill:
            found = await reconciliation.compare(uow, MCHID, day, bill)
    return {(one.what, one.reason) for one in found.differences}


async def test_an_even_day_has_no_difference_and_an_empty_day_neither(market):
    day, rows, _, _ = await day_of(market)
    assert await compare(market, day, rows) == set()
    assert await compare(market, day, rows) == set()
    assert await compare(market, day - timedelta(days=1), []) == set()
    (leaf, *_) = await market.house.leaves("bill.compared")
    assert leaf == ("bill.compared", None)


PLANTED = {
    "a payment we never heard of": (lambda r: r.append(pay_row("pay_x", "4299", 100)), ("payment", "we_lack")),
    "a payment they lack": (lambda r: r.pop(0), ("payment", "they_lack")),
    "a payment of another amount": (lambda r: r[0].update(fen=1, fee=0), ("payment", "amount")),
    "a payment in another currency": (lambda r: r[0].update(currency="USD"), ("payment", "amount")),
    "a payment that was revoked": (lambda r: r[0].update(state="REVOKED"), ("payment", "state")),
    "a payment with another fee": (lambda r: r[0].update(fee=r[0]["fee"] + 3), ("payment", "fee")),
    "a payment of another number": (lambda r: r[0].update(transaction="42777"), ("payment", "number")),
    "a payment of another app": (lambda r: r[0].update(appid="wx00000000000000a2"), ("payment", "number")),
    "a row that is there twice": (lambda r: r.append(dict(r[0])), ("payment", "twice")),
    "a refund made by hand": (lambda r: r.append(refund_row("x", "42", "by-hand", 100)), ("refund", "we_lack")),
    "a refund they lack": (lambda r: r.pop(2), ("refund", "they_lack")),
    "a refund of another amount": (lambda r: r[2].update(back=4_999), ("refund", "amount")),
    "a refund that they closed": (lambda r: r[2].update(refund_state="CLOSED"), ("refund", "state")),
    "a refund whose fee stayed": (lambda r: r[2].update(fee=0), ("refund", "fee")),
}


@pytest.mark.parametrize("name", PLANTED)
async def test_each_planted_difference_is_found_and_no_other(market, name):
    day, rows, _, _ = await day_of(market)
    plant, expected = PLANTED[name]
    plant(rows)
    assert await compare(market, day, rows) == {expected}


async def test_a_payment_that_stands_in_the_bill_of_another_day_is_known_all_the_same(market):
    day, rows, _, _ = await day_of(market)
    assert await compare(market, day + timedelta(days=1), rows) == set()
    rows[0].update(fen=1, fee=0)
    assert await compare(market, day + timedelta(days=1), rows) == {("payment", "amount")}


async def test_no_more_differences_are_answered_than_asked_for(market):
    day, _, _, _ = await day_of(market)
    window = reconciliation.window_of(MCHID, day)
    async with market.system() as uow:
        await comparison_store.begin(uow.conn)
        found = [await comparison_store.compare(uow.conn, window, 6_000, uow.now, limit) for limit in (100, 1)]
    assert [one.reason for one in found[0]] == ["they_lack"] * 3
    assert found[1] == found[0][:1]


async def test_a_payment_whose_notification_was_lost_is_found_and_asked_for(market):
    day, rows, _, _ = await day_of(market)
    person, cup = await market.club.member("oLost"), await market.stock("cup", 500)
    order = await market.order(person, {cup: 1})
    number = await market.ready(person, order)
    market.till.take(number)
    trade = market.till.trades[number]
    rows.append(pay_row(number, trade["transaction_id"], trade["amount"]["total"]))
    assert await compare(market, day, rows) == {("payment", "we_lack")}
    await market.sweep()
    assert await market.state(order) is State.PAID
    assert await compare(market, day, rows) == set()
    (gone,) = await market.house.rows("select settlement from orders.difference")
    assert gone["settlement"] == "gone"


async def test_a_difference_stays_one_case_until_a_person_settles_it(market):
    day, rows, _, _ = await day_of(market)
    rows.append(pay_row("pay_x", "4299", 100))
    await compare(market, day, rows)
    await compare(market, day, rows)
    async with market.staff() as uow:
        (case,) = await bill_store.list_differences(uow.conn, uow.handler, "", 10, only_open=True)
        with pytest.raises(Problem) as refused:
            await reconciliation.settle(uow, case["id"], "forgotten")
        uow.tally.acts -= 1  # the refused act is not in this unit
        assert refused.value.code is reconciliation.SETTLEMENT_UNFIT
        await reconciliation.settle(uow, case["id"], "platform_error")
    async with market.staff() as uow:
        assert await bill_store.list_differences(uow.conn, uow.handler, "", 10, only_open=True) == []
    with pytest.raises(Problem) as refused:
        async with market.staff() as uow:
            await reconciliation.settle(uow, case["id"], "platform_error")
    assert refused.value.code is reconciliation.NOT_FOUND


async def test_a_cut_bill_is_refused_and_nothing_of_it_is_kept(market):
    day, rows, _, _ = await day_of(market)
    with bill_of(day, rows) as bill:
        cut = TradeBill(day, bill.hash_value, io.BytesIO(bill.file.read()[:-40]), trade_rows)
    with pytest.raises(Problem) as refused:
        async with market.system() as uow:
            await reconciliation.compare(uow, MCHID, day, cut)
    assert refused.value.code.name == "wechat_pay.bill_damaged"
    assert await market.house.rows("select 1 from orders.bill") == []


async def test_a_difference_that_was_gone_and_is_there_again_is_open_again(market):
    day, rows, _, _ = await day_of(market)
    for planted in ([*rows, pay_row("pay_x", "4299", 100)], rows, [*rows, pay_row("pay_x", "4299", 100)]):
        await compare(market, day, planted)
    (case,) = await market.house.rows("select settled_at, settled_by, settlement from orders.difference")
    assert tuple(case.values()) == (None, None, None)


async def test_a_refund_that_was_in_the_bill_and_is_not_any_more_is_missed(market):
    day, rows, _, _ = await day_of(market)
    assert await compare(market, day, rows) == set()
    assert await compare(market, day, rows[:2]) == {("refund", "they_lack")}
