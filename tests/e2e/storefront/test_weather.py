"""Bad weather: no network, a failed payment, hostile links, an authorisation taken back; and the panel."""

import pytest

GOODS = "Pine of the house"
NOT_PAID = "Not paid. Nothing was charged."


async def test_without_a_network_what_was_seen_is_still_there_and_the_rest_says_why(new_phone):
    phone = await new_phone()
    await phone.open(language="en")
    await phone.see(GOODS)
    await phone.open(network="none")
    await phone.see(GOODS)
    await phone.tap(GOODS)
    await phone.see("You are offline")
    await phone.look("40-offline")
    await phone.set("network", "wifi")
    await phone.tap("Try again")
    await phone.see("Add to bag")


async def test_a_payment_that_fails_charges_nothing_and_can_be_made_again(new_phone):
    phone = await new_phone()
    await phone.open(language="en", cashier="wrong_password")
    await phone.buy(GOODS)
    await phone.at("trade/order")
    await phone.see(NOT_PAID)
    await phone.look("41-not-paid")
    await phone.set("cashier", "cancel")
    await again(phone)
    await phone.see(NOT_PAID)
    await phone.set("cashier", "pay")
    await again(phone)
    await phone.see("Paid. Thank you.")


async def again(phone):
    """Pay once more, up to the cashier's answer: the words about it may stand there since the attempt before."""
    async with phone.page.expect_response("**/phone/pay"):
        await phone.tap("Pay")
    await phone.page.wait_for_function("!getCurrentPages().pop().data.busy")


HOSTILE = {
    "script": ("/pages/product/product?id=%3Cscript%3E", False, "This product is not on the shelves any more."),
    "words": ("/pages/search/search?q=%E0%A4%A", False, "Nothing found. Try a shorter word."),
    "no-page": ("/pages/../../etc/passwd", False, GOODS),
    "order": (f"/trade/order/order?id=ord_{'0' * 26}&outcome=paid", True, "There is no such order."),
    "path": ("/trade/order/order?id=../../v1/me&outcome=paid", True, "Try again"),
    "prototype": (
        "/trade/checkout/checkout?__proto__=1&sku=constructor&some=1",
        True,
        "Nothing is left to order here.",
    ),
    "guardian": ("/mine/guardian/guardian?token=" + "%00" * 32, True, "There is no open question here."),
    "claim": ("/trade/parcel/parcel?claim=clm_%2e%2e%2f", False, "Choose a carrier"),
}
"""The link, whether it needs a login (and asks for it), and what the person sees then."""


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_link_from_elsewhere_can_do_no_harm_and_be_left(new_phone, name):
    link, asks, seen = HOSTILE[name]
    phone = await new_phone()
    await phone.open(link, language="en")
    if asks:
        await phone.agree()
    await phone.see(seen)
    await phone.look(f"42-{name}")
    if seen != GOODS:
        await phone.front.locator(".phone-home").click()
        await phone.see(GOODS)


async def test_an_address_can_be_typed_when_wechat_is_refused(new_phone):
    phone = await new_phone()
    await phone.open(language="en")
    await phone.tap(GOODS)
    await phone.tap("Buy now")
    await phone.agree()
    await phone.at("checkout")
    await phone.text("WeChat address").wait_for()
    await phone.set("privacy", None)
    await phone.tap("WeChat address")
    await phone.front.locator("#yumen-refuse").click()
    for name, text in (("Name", "绒小松"), ("Phone", "16900000001"), ("Province", "浙江省"), ("City", "杭州市")):
        await phone.front.locator(f"input[aria-label='{name}']").fill(text)
    await phone.front.locator("input[aria-label='Street and number']").fill("绒松虚构路 8 号")
    await phone.look("43-address")
    await phone.tap("Use this address")
    await phone.front.locator(".place-on").wait_for()
    await phone.see("杭州市")


async def test_the_page_says_that_it_is_a_simulator_and_its_panel_moves_the_world(new_phone, street):
    phone = await new_phone()
    await phone.page.set_viewport_size({"width": 1200, "height": 900})
    await phone.page.goto(street.url)
    await phone.page.get_by_text("Not WeChat").wait_for()
    frame = phone.page.frame_locator("#phone")
    await frame.locator(".card").first.wait_for()
    assert not await frame.locator(".phone-mark").is_visible(), "the panel says it already"
    status = phone.page.get_by_role("status")
    for name, value in (("network", "3g"), ("vantage", "frankfurt"), ("theme", "dark"), ("cashier", "pay")):
        await phone.page.select_option(f"select[name={name}]", value)
        await status.get_by_text(f"{name}: {value}").wait_for()
        assert await phone.page.evaluate("(name) => localStorage.getItem('phone.' + name)", name) == value
    assert await frame.locator("html").get_attribute("data-theme") == "dark"
    await phone.page.select_option("select[name=vantage]", "none")
    await status.get_by_text("vantage: none").wait_for()
    await phone.page.get_by_text("Withdraw privacy authorisation").click()
    await phone.page.get_by_text("Withdrawn:").wait_for()


async def test_the_phone_alone_says_that_it_is_a_simulator(new_phone):
    phone = await new_phone()
    await phone.open(language="zh_CN")
    mark = phone.page.locator(".phone-mark")
    assert await mark.is_visible()
    assert "Simulator, not WeChat" in await mark.inner_text()
    assert "模拟器" in await mark.inner_text()
    covered = await phone.page.evaluate("document.querySelector('.phone-head').getBoundingClientRect().top")
    assert covered >= (await mark.bounding_box())["height"], "it stands above the page, not over it"
