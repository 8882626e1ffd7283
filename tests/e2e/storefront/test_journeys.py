"""Whole journeys on a phone: one who buys, joins and leaves; one who refuses everything; a child and a guardian."""

import pytest

ENGLISH = {"language": "en", "theme": "light"}
CHINESE = {"language": "zh_CN", "theme": "dark"}
both = pytest.mark.parametrize("taste", [ENGLISH, CHINESE], ids=["en", "zh"])
CATALOGUE = "app.yumen.cache"
"""What the SDK keeps of the shop's own public pages; it says nothing about anybody."""
LOCKED = ("app.yumen.session", "app.yumen.person", "app.shop.seen")
GOODS = "Pine of the house"
POINTS = "186"
"""136 for ¥136 and 50 for a first purchase."""


@both
async def test_a_first_visit_to_the_last(new_phone, street, taste):
    phone = await new_phone()
    await phone.open(**taste)
    await phone.see(GOODS)
    await phone.look("01-home")
    assert set(await phone.kept()) <= {CATALOGUE}, "before the notice is agreed to nothing personal is stored"
    await join(phone)
    await buy(phone)
    await points(phone)
    await refunded(phone, street)
    await withdraw(phone)
    await delete(phone)


async def join(phone):
    await phone.tab(3)
    await phone.see("as a guest")
    await phone.tap("Become a member")
    await phone.front.locator("#yumen-agree").wait_for()
    await phone.look("02-notice")
    await phone.agree()
    await phone.at("mine/join")
    await phone.tap("I am 18 or older")
    await phone.tap("Share my WeChat number")
    await phone.answer("Allow")
    await phone.see("Welcome. You are a member.")
    switches = phone.front.locator("wx-switch input")
    await switches.nth(2).wait_for()
    assert not any([await switches.nth(at).is_checked() for at in range(3)]), "every switch starts off"
    await switches.last.click()
    await phone.look("03-choice")
    await phone.tap("Save my choices")
    await phone.see("Your choices are saved.")
    await phone.tap("Done")


async def buy(phone):
    await phone.tab(0)
    await phone.tap(GOODS)
    await phone.at("product")
    await phone.text("Add to bag").wait_for()
    await phone.look("04-product")
    await phone.told(phone.tap("Add to bag"))
    await phone.back()
    await phone.tab(2)
    await phone.label("One more", f"{GOODS} one").click()
    await phone.see("¥136")
    await phone.look("05-bag")
    await phone.tap("Check out")
    await phone.tap("WeChat address")
    await phone.front.locator(".place-on").wait_for()
    await phone.look("06-checkout")
    await phone.tap("Pay ¥136")
    await phone.answer("Pay now")
    await phone.see("Paid. Thank you.")
    await phone.see("on your member card")
    await phone.look("07-paid")
    await phone.tap("Back to the shop")


async def points(phone):
    await phone.tab(3)
    await phone.front.locator(".mcard").wait_for()
    await phone.look("08-me")
    await phone.front.locator(".mcard").click()
    await phone.at("mine/card")
    shown = phone.front.locator("#points")

    async def booked():
        await phone.fresh()
        return await shown.inner_text() == POINTS

    await phone.until(booked, f"{POINTS} points")
    await phone.see("Earned")
    await phone.look("09-card")
    await phone.back()


async def refunded(phone, street):
    await phone.tap("Orders")
    await phone.text("Paid, being packed").wait_for()
    await phone.look("10-orders")
    await phone.tap("Paid, being packed")
    await phone.tap("Return or refund")
    await phone.at("claim")
    await phone.front.locator("textarea").fill("A made-up reason")
    await phone.look("11-claim")
    await phone.tap("Ask for it")
    await phone.at("trade/order")
    await phone.see("the shop answers within two days")
    await phone.look("12-order")
    await street.approve(await phone.page.evaluate("getCurrentPages().pop().id"))

    async def paid_back():
        await phone.fresh()
        return await phone.front.locator("#refunded").count() > 0 and not await phone.sees_not("Refunded")

    await phone.until(paid_back, "the order is refunded")
    assert await phone.front.locator("#refunded").inner_text() == "¥136"
    await phone.look("13-refunded")
    await phone.back()
    await phone.back()


async def withdraw(phone):
    await phone.tap("My consents")
    await phone.text("Withdraw").wait_for()
    await phone.look("14-consents")
    await phone.tap("Withdraw")
    await phone.see("Withdrawn.")
    await phone.see("You have agreed to nothing that can be taken back.")
    await phone.back()


async def delete(phone):
    await phone.tap("Lists of what is collected and shared")
    await phone.tap("Show me all of it")
    await phone.see("Copy as text")
    await phone.look("15-information")
    await phone.tap("Delete my account")
    await phone.front.locator("wx-switch input").click()
    await phone.look("16-deletion")
    await phone.front.locator("[class*='yumen-button-alarm']").click()
    await phone.see("Your account is deleted")
    await phone.look("17-deleted")
    await phone.tap("To the shop")
    await phone.see(GOODS)
    await phone.tab(3)
    await phone.see("as a guest")
    assert not [key for key in await phone.kept() if key in LOCKED]


@both
async def test_who_refuses_everything_can_look_at_everything(new_phone, taste):
    phone = await new_phone()
    await phone.open(**taste)
    await phone.tap(GOODS)
    await phone.at("product")
    await phone.tap("Add to bag")
    await phone.front.locator("#yumen-refuse").wait_for()
    await phone.look("20-sheet")
    await phone.front.locator("#yumen-refuse").click()
    await phone.see("This needs your agreement to the privacy notice.")
    await phone.look("21-refused")
    await phone.back()
    await phone.tab(1)
    await phone.front.locator(".kind").nth(1).click()
    await phone.front.locator(".card").first.wait_for()
    await phone.look("22-category")
    await phone.tap("Search scents, vessels, tea")
    await phone.at("search")
    await phone.front.locator("input").fill("candle" if phone.language == "en" else "烛")
    await phone.front.locator("input").press("Enter")
    await phone.see("Cedar candle")
    await phone.look("23-search")
    await phone.back()
    await phone.tab(2)
    await phone.see("Your bag opens when you log in.")
    await phone.look("24-bag-guest")
    await phone.tab(3)
    await phone.see("as a guest")
    await phone.look("25-guest")
    assert set(await phone.kept()) <= {CATALOGUE}


@both
async def test_a_child_is_asked_for_nothing_until_a_guardian_has_agreed(new_phone, taste):
    child = await new_phone()
    await child.open(**taste)
    await child.tab(3)
    await child.tap("Log in")
    await child.agree()
    await say_born(child, years_ago=9)
    await child.see("A guardian has to agree before you can order or join.")
    await child.see("You will not be asked for")
    await child.look("30-child")
    await child.tap("Make a link for my guardian")
    await child.tap("Send the link in WeChat")
    await child.answer("OK")
    await child.back()
    await child.tap("Nickname and picture")
    await child.see("You are not asked for this: a guardian would have to agree first.")
    await child.look("31-child-profile")
    await child.back()

    guardian = await new_phone()
    await guardian.open(await child.page.evaluate("phone.device.get('shared')"), **taste)
    await guardian.agree()
    await guardian.see("A child under 14 asks for your agreement")
    await guardian.look("32-guardian")
    await guardian.front.locator("wx-switch input").click()
    await guardian.front.locator(".two wx-button").last.click()
    await guardian.see("Agreed. You can take it back here at any time.")

    await child.tap("Age and guardian")
    await child.see("A guardian has agreed.")
    await child.back()
    await child.tap("My consents")
    await child.tap("Choose")
    await child.front.locator("wx-switch input").first.wait_for()
    await child.look("33-child-choices")
    titles = await child.front.locator("[class*='yumen-name']").all_inner_texts()
    assert ("Your profile" if child.language == "en" else "个人资料") in titles
    assert not {"News and offers", "资讯与优惠"} & set(titles), "no advertising is asked for below 18"
    assert await child.sees_not("Velvet Pine Holding"), "nothing of a child goes abroad by default"

    await guardian.tap("Withdraw")
    await guardian.gone("since")


async def say_born(phone, years_ago):
    await phone.tap("Age and guardian")
    await phone.tap("I am younger: choose my month of birth")
    year = await phone.page.evaluate("new Date().getFullYear()")
    await phone.page.locator(".phone-cover input").fill(f"{year - years_ago}-03")
    await phone.answer("Choose")


async def test_a_young_person_is_not_asked_for_advertising_and_needs_no_guardian(new_phone):
    phone = await new_phone()
    await phone.open(**ENGLISH)
    await phone.tab(3)
    await phone.tap("Log in")
    await phone.agree()
    await say_born(phone, years_ago=16)
    await phone.see("14 to 17")
    await phone.look("34-teen")
    await phone.back()
    await phone.tap("My consents")
    await phone.tap("Choose")
    await phone.front.locator("wx-switch input").first.wait_for()
    titles = await phone.front.locator("[class*='yumen-name']").all_inner_texts()
    assert "Your profile" in titles
    assert "News and offers" not in titles
