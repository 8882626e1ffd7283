"""Worse than weather: a server down or talking nonsense, a full storage, an old WeChat, double taps, a killed app."""

import asyncio
import base64
import json

import pytest

GOODS = "Pine of the house"
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
PAGE = "<!doctype html><title>welcome to the café</title>"
SLOWER = {"code": "rate.exceeded", "title": "Slower", "status": 429, "retry_after_s": 1}


def answered(status: int, text: str) -> str:
    """What the serving process hands over as an answer of the backend."""
    return json.dumps({"statusCode": status, "header": {}, "data": base64.b64encode(text.encode()).decode()})


STORMS = {
    "down": json.dumps({"fail": "request:fail ECONNREFUSED", "errno": 600001}),
    "html": answered(200, PAGE),
    "502": answered(502, PAGE),
    "429": answered(429, json.dumps(SLOWER)),
}


@pytest.mark.parametrize("storm", STORMS)
async def test_a_server_that_fails_leaves_a_page_that_loads_again(new_phone, storm):
    phone = await new_phone()

    async def fail(route):
        await route.fulfill(body=STORMS[storm], content_type="application/json")

    await phone.page.route("**/phone/request", fail)
    await phone.open(language="en")
    await phone.text("Try again").wait_for()
    await phone.look(f"50-{storm}")
    await phone.page.unroute("**/phone/request", fail)
    await phone.tap("Try again")
    await phone.see(GOODS)


async def test_a_purchase_survives_a_server_that_fails_under_way(new_phone):
    """Each call fails first, with its answer lost after the backend has done it: nothing is done twice."""
    phone = await new_phone()
    met = set()

    async def lose(route):
        asked = json.loads(route.request.post_data)
        name = (asked["method"], asked["url"])
        if name in met:
            return await route.continue_()
        met.add(name)
        await route.fetch()
        return await route.fulfill(body=STORMS["502"], content_type="application/json")

    await phone.open(language="en", cashier="pay")
    await phone.see(GOODS)
    await phone.page.route("**/phone/request", lose)
    await phone.buy(GOODS)
    await phone.see("Paid. Thank you.")
    await phone.page.unroute("**/phone/request", lose)
    assert await orders(phone) == ["Paid, being packed"]


async def orders(phone):
    """What the page of orders says of each."""
    await phone.tap("Back to the shop")
    await phone.tab(3)
    await phone.tap("Orders")
    await phone.front.locator(".row-end").first.wait_for()
    return await phone.front.locator(".row-end .fine").all_inner_texts()


async def test_a_full_storage_costs_nothing_but_the_memory_of_it(new_phone):
    phone = await new_phone()
    await phone.page.add_init_script("""
      const set = Storage.prototype.setItem
      Storage.prototype.setItem = function (key, value) {
        if (key.startsWith('app.')) throw new DOMException('full', 'QuotaExceededError')
        return set.call(this, key, value)
      }""")
    await phone.open(language="en", cashier="pay")
    await phone.tap(GOODS)
    await phone.tap("Add to bag")
    await phone.told(phone.agree())
    await phone.back()
    await phone.buy(GOODS)
    await phone.see("Paid. Thank you.")
    assert await phone.kept() == []


async def test_an_old_wechat_without_the_newer_functions_still_shops(new_phone):
    phone = await new_phone()
    await phone.open(language="en", cashier="pay", library="2.10.0")
    await phone.buy(GOODS)
    await phone.see("Paid. Thank you.")
    await phone.tap("See the order")
    await phone.tap("Return or refund")
    await phone.front.locator(".proof-add").click()
    await phone.see("Please update WeChat to use this.")


async def test_a_double_tap_puts_one_piece_into_the_bag_and_makes_one_order(new_phone):
    phone = await new_phone()
    await phone.open(language="en", cashier="pay")
    await phone.tap(GOODS)
    await phone.tap("Add to bag")
    await phone.told(phone.agree())
    await phone.told(twice(phone, "Add to bag"))
    await phone.back()
    await phone.tab(2)
    await phone.see("¥136")
    await twice(phone, "Check out")
    await phone.at("checkout")
    assert await phone.page.evaluate("getCurrentPages().length") == 2, "one page more, not two"
    await phone.tap("WeChat address")
    await phone.front.locator(".place-on").wait_for()
    await twice(phone, "Pay ¥136")
    await phone.see("Paid. Thank you.")
    assert await orders(phone) == ["Paid, being packed"]


async def twice(phone, text):
    """Two taps, the second before anything can answer the first."""
    await phone.text(text).dblclick()


async def test_who_leaves_while_the_cashier_is_open_stays_where_they_went(new_phone):
    phone = await new_phone()
    await phone.open(language="en")
    await phone.buy(GOODS)
    await phone.page.locator(".phone-cashier").wait_for()
    await phone.page.evaluate("wx.switchTab({ url: '/pages/me/me' })")
    await phone.answer("Pay now")
    await phone.tap("Orders")

    async def paid():
        await phone.fresh()
        return await phone.front.locator(".row-end .fine").all_inner_texts() == ["Paid, being packed"]

    await phone.until(paid, "the order is paid")
    await phone.at("trade/orders")


async def test_a_page_left_before_its_answer_came_is_hurt_by_nothing(new_phone):
    """Afterwards the phone is asked whether an error was met."""
    phone = await new_phone()
    await phone.open(language="en")
    await phone.tab(3)
    await phone.tap("Log in")
    await phone.agree()
    await phone.see("Logged in, not a member")
    held, left = asyncio.Event(), asyncio.Event()

    async def hold(route):
        if "/v1/loyalty" in route.request.post_data:
            held.set()
            await left.wait()
        await route.continue_()

    await phone.page.route("**/phone/request", hold)
    await phone.tab(0)
    await phone.tab(3)
    await held.wait()
    await phone.tab(0)
    async with phone.page.expect_response(lambda answer: "/v1/loyalty" in (answer.request.post_data or "")):
        left.set()
    await phone.page.evaluate(PAINTED)
    await phone.see(GOODS)


async def test_paid_and_the_app_killed_the_next_start_finds_it_paid(new_phone):
    phone = await new_phone()
    await phone.open(language="en", cashier="pay")
    reached = asyncio.Event()

    async def kill(route):
        await route.fetch()  # WeChat Pay has taken the money; nobody hears of it
        reached.set()

    await phone.page.route("**/phone/pay", kill)
    await phone.buy(GOODS)
    await reached.wait()
    await phone.page.unroute_all(behavior="ignoreErrors")
    await phone.open()
    await phone.tab(3)
    await phone.tap("Orders")

    async def paid():
        await phone.fresh()
        return await phone.front.locator(".row-end .fine").all_inner_texts() == ["Paid, being packed"]

    await phone.until(paid, "the order is paid, once")
    await phone.look("51-after-kill")
