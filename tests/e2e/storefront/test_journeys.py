"""Whole journeys on a phone: one who buys, joins and leaves; one who refuses everything; a child and a guardian."""

import pytest

ENGLISH = {"language": "en", "theme": "light"}
CHINESE = {"language": "zh_CN", "theme": "dark"}
CATALOGUE = "app.yumen.cache"
"""What the SDK keeps of the shop's own public pages; it says nothing about anybody."""
GOODS = "Pine of the house"


async def log_in_and_fill_the_bag(phone):
    await phone.see(GOODS)
    await phone.tap(GOODS)
    await phone.at("product")
    await phone.tap("Add to bag")
    await phone.agree()
    await phone.page.locator(".phone-toast").wait_for()


async def test_a_first_visit_to_the_last(new_phone, street):
    phone = await new_phone()
    await phone.open(**ENGLISH)
    await phone.see(GOODS)
    await phone.picture("en-home")
    assert set(await phone.kept()) <= {CATALOGUE}, "before the notice is agreed to nothing personal is stored"
    await join(phone)
    await buy(phone)
    await refunded(phone, street)
    await withdraw(phone)
    await delete(phone)


async def join(phone):
    await phone.tab(3)
    await phone.see("as a guest")
    await phone.tap("Become a member")
    await phone.picture("en-notice")
    await phone.agree()
    await phone.at("mine/join")
    await phone.tap("I am 18 or older")
    await phone.tap("Share my WeChat number")
    await phone.answer("Allow")
    await phone.see("You are a member")
    switches = phone.front.locator("wx-switch input")
    await switches.nth(2).wait_for()
    assert not any([await switches.nth(at).is_checked() for at in range(3)]), "every switch starts off"
    await switches.last.click()
    await phone.picture("en-choice")
    await phone.tap("Save my choices")
    await phone.see("Your choices are saved.")
    await phone.tap("Done")


async def buy(phone):
    await phone.tab(0)
    await phone.tap(GOODS)
    await phone.tap("Add to bag")
    await phone.page.locator(".phone-toast").wait_for()
    await phone.picture("en-product")
    await phone.back()
    await phone.tab(2)
    await phone.front.get_by_label(f"One more {GOODS} one").click()
    await phone.see("¥136")
    await phone.picture("en-bag")
    await phone.tap("Check out")
    await phone.tap("WeChat address")
    await phone.front.locator(".place-on").wait_for()
    await phone.picture("en-checkout")
    await phone.tap("Pay ¥136")
    await phone.answer("Pay now")
    await phone.see("Paid. Thank you.")
    await phone.see("booked; see your member card")
    await phone.picture("en-paid")
    await phone.tap("Back to the shop")
    await phone.tab(3)

    async def has_points():
        await phone.front.locator(".mcard").click()
        await phone.at("mine/card")
        points = phone.front.locator("#points")
        await points.wait_for()
        found = await points.inner_text()
        if found == "0":
            await phone.back()
            return False
        await phone.picture("en-card")
        return found == "186"

    await phone.until(has_points, "136 points for ¥136 and 50 for a first purchase")
    await phone.see("earned")
    await phone.back()


async def refunded(phone, street):
    await phone.tap("Orders")
    await phone.tap("Paid, being packed")
    await phone.tap("Return or refund")
    await phone.at("claim")
    await phone.front.locator("textarea").fill("A made-up reason")
    await phone.picture("en-claim")
    await phone.tap("Ask for it")
    await phone.at("trade/order")
    await phone.see("the shop answers within two days")
    order = await phone.page.evaluate("getCurrentPages().pop().id")
    claims = (await street.staff("GET", "/claims"))["items"]
    (claim,) = (each["id"] for each in claims if each["order"] == order)
    await street.staff("POST", f"/claims/{claim}/approve")

    async def paid_back():
        await phone.page.evaluate("getCurrentPages().pop().reload()")
        return await phone.front.get_by_text("Refunded", exact=True).count() > 0

    await phone.until(paid_back, "the order is refunded")
    assert await phone.front.locator("#refunded").inner_text() == "¥136"
    await phone.picture("en-refunded")
    await phone.back()
    await phone.back()


async def withdraw(phone):
    await phone.tap("My consents")
    await phone.front.get_by_label("Withdraw", exact=False).first.wait_for()
    await phone.picture("en-consents")
    await phone.front.get_by_label("Withdraw", exact=False).first.click()
    await phone.see("Withdrawn.")
    await phone.see("You have agreed to nothing")
    await phone.back()


async def delete(phone):
    await phone.tap("Lists of what is collected and shared")
    await phone.tap("Show me all of it")
    await phone.see("Copy as text")
    await phone.picture("en-information")
    await phone.tap("Delete my account")
    await phone.front.locator("wx-switch input").click()
    await phone.front.locator("[class*='yumen-button-alarm']").click()
    await phone.see("Your account is deleted")
    await phone.picture("en-deleted")
    await phone.tap("To the shop")
    await phone.see(GOODS)
    await phone.tab(3)
    await phone.see("as a guest")
    assert not [key for key in await phone.kept() if key in ("app.yumen.session", "app.yumen.person", "app.shop.seen")]


@pytest.mark.parametrize("taste", [CHINESE, ENGLISH], ids=["zh", "en"])
async def test_who_refuses_everything_can_look_at_everything(new_phone, taste):
    phone = await new_phone()
    await phone.open(**taste)
    english = taste is ENGLISH
    await phone.tap(GOODS if english else "小绒松")
    await phone.at("product")
    await phone.tap("Add to bag" if english else "加入购物袋")
    await phone.picture(f"{'en' if english else 'zh'}-sheet")
    await phone.front.locator("#yumen-refuse").click()
    await phone.see("agreement to the privacy notice" if english else "需要您同意隐私保护指引")
    await phone.back()
    await phone.tab(1)
    await phone.front.locator(".kind").nth(1).click()
    await phone.front.locator(".card").first.wait_for()
    await phone.picture(f"{'en' if english else 'zh'}-category")
    await phone.tap("Search scents, vessels, tea" if english else "搜索香氛、器皿、茶")
    await phone.front.locator("input").fill("candle" if english else "烛")
    await phone.front.locator("input").press("Enter")
    await phone.see("Cedar candle" if english else "雪松烛")
    await phone.back()
    await phone.tab(2)
    await phone.see("Your bag opens when you log in" if english else "登录后即可查看购物袋")
    await phone.tab(3)
    await phone.picture(f"{'en' if english else 'zh'}-guest")
    assert set(await phone.kept()) <= {CATALOGUE}


async def test_a_child_is_asked_for_nothing_until_a_guardian_has_agreed(new_phone):
    child = await new_phone()
    await child.open(**CHINESE)
    await child.tab(3)
    await child.tap("登录")
    await child.agree()
    await child.tap("年龄与监护人")
    await child.tap("我未满 18 周岁：选择出生年月")
    year = await child.page.evaluate("new Date().getFullYear()")
    await child.page.locator(".phone-cover input").fill(f"{year - 9}-03")
    await child.answer("确定")
    await child.see("下单或入会前需监护人同意")
    await child.see("不会征求您同意的事项")
    await child.picture("zh-child")
    await child.tap("生成监护人链接")
    await child.tap("通过微信发送")
    await child.answer("确定")
    link = await child.page.evaluate("phone.device.get('shared')")

    guardian = await new_phone()
    await guardian.open(link.lstrip("/").replace("?", "%3F").replace("&", "%26").replace("=", "%3D"), **CHINESE)
    await guardian.agree()
    await guardian.see("一名未满 14 周岁的儿童")
    await guardian.picture("zh-guardian")
    await guardian.front.locator("wx-switch input").click()
    await guardian.front.locator(".two wx-button").last.click()
    await guardian.see("已同意，可随时在此撤回")

    await child.page.evaluate("getCurrentPages().pop().reload()")
    await child.see("监护人已同意")
    await child.back()
    await child.tap("我的同意")
    await child.tap("选择")
    await child.see("个人资料")
    assert await child.sees_not("资讯与优惠"), "no advertising is asked for below 18"
    assert await child.sees_not("Velvet Pine Holding"), "nothing of a child goes abroad by default"

    await guardian.tap("撤回")
    await guardian.until(lambda: guardian.sees_not("同意日期"), "the guardian's consent is taken back")
