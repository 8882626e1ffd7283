"""What orders keep is handed over in full, sealed throughout, and outlives the membership as law wants."""

from yumen.customer.orders import addresses, after_sales, book_store, cart, holdings, invoices
from yumen.customer.orders.after_sales import Kind, Reason, Wanted
from yumen.customer.orders.fields import ADDRESS, BOOK_PHONE
from yumen.customer.orders.invoices import Invoice
from yumen.security.datamap import Erased, RetentionClass

from .conftest import HOME

CLEAR = ("陈小玉", "19900000001", "中山东一路", "瓶口破裂", "bill@velvet.example", "91310000MA1K000019")


async def lived(market):
    """Somebody with an address, a cart, a paid order, a claim and an invoice."""
    person, tea = await market.club.member(), await market.stock("tea")
    order = await market.paid(person, {tea: 1})
    async with market.shopper(person) as uow:
        await addresses.put(uow, person, HOME)
        await cart.put(uow, person, tea, 3)
        wanted = Wanted(Kind.REFUND_ONLY, Reason.DAMAGED, {}, "瓶口破裂")
        await after_sales.open_claim(uow, person, order, wanted)
        invoice = Invoice("company", "丝绒(上海)贸易有限公司", "91310000MA1K000019", "bill@velvet.example")
        await invoices.ask(uow, person, order, invoice)
    return person, order


async def test_everything_is_handed_over_opened(market):
    person, order = await lived(market)
    async with market.shopper(person) as uow:
        told = {one.name: await one.hand_over(uow, person) for one in holdings.HOLDINGS}
    place = {
        "province": "上海市",
        "city": "上海市",
        "district": "黄浦区",
        "street": "中山东一路1号",
        "postcode": "200002",
    }
    (kept,) = told["orders.purchase"].pop("orders")
    assert (kept["order"], kept["state"], kept["refunded_fen"]) == (order, "paid", 0)
    assert kept["paid_fen"] > 0
    assert told["orders.purchase"] == {
        "recipient": [{"order": order, "recipient": "陈小玉"}],
        "phone": [{"order": order, "phone": "+8619900000001"}],
        "address": [{"order": order, "address": place}],
    }
    assert told["orders.address"] == {"recipient": ["陈小玉"], "phone": ["+8619900000001"], "address": [place]}
    assert [one["story"] for one in told["orders.claim"]["story"]] == ["瓶口破裂"]
    assert told["orders.evidence"] == {"picture": []}
    assert [one["email"] for one in told["orders.invoice"]["email"]] == ["bill@velvet.example"]


async def test_no_row_of_orders_holds_a_personal_value_in_clear(market):
    await lived(market)
    names = await market.house.rows("select table_name from information_schema.tables where table_schema = 'orders'")
    for row in names:
        rows = await market.house.rows(f"select t::text as whole from orders.{row['table_name']} t")
        whole = "".join(str(one["whole"]) for one in rows)
        for value in CLEAR:
            assert value not in whole
            assert value.encode().hex() not in whole
    leaves = b"".join(bytes(row["body"]) for row in await market.house.rows("select body from trail.entry"))
    assert not any(value.encode() in leaves for value in CLEAR)


async def test_leaving_takes_the_book_and_the_cart_and_law_keeps_the_order(market):
    person, order = await lived(market)
    async with market.shopper(person) as uow:
        erased = {one.name: await one.erase(uow, person) for one in holdings.HOLDINGS}
        family = [person]
        assert await book_store.list_addresses(uow.conn, family) == []
        assert await cart.wanted(uow, person) == {}
    assert erased["orders.address"] == Erased(1)
    assert erased["orders.purchase"] == Erased(0, kept=1)
    assert erased["orders.claim"] == Erased(0, kept=1)
    assert (ADDRESS.retention, BOOK_PHONE.retention) == (RetentionClass.TRANSACTION, RetentionClass.MEMBERSHIP)
    assert (await market.get(order)).total_fen == 13_800
