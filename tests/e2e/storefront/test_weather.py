"""Bad weather: no network, a failed payment, a page left, hostile links, an authorisation taken back; and the panel."""

GOODS = "Pine of the house"


async def bag_a_pine(phone):
    await phone.open(language="en")
    await phone.tap(GOODS)
    await phone.tap("Add to bag")
    await phone.agree()
    await phone.page.locator(".phone-toast").wait_for()


async def test_without_a_network_what_was_seen_is_still_there_and_the_rest_says_why(new_phone):
    phone = await new_phone()
    await phone.open(language="en")
    await phone.see(GOODS)
    await phone.open(network="none")
    await phone.see(GOODS)
    await phone.tap(GOODS)
    await phone.see("You are offline")
    await phone.picture("en-offline")
    await phone.set("network", "wifi")
    await phone.tap("Try again")
    await phone.see("Add to bag")


async def test_a_payment_that_fails_charges_nothing_and_can_be_made_again(new_phone):
    phone = await new_phone()
    await bag_a_pine(phone)
    await phone.tap("Buy now")
    await phone.tap("WeChat address")
    await phone.front.locator(".place-on").wait_for()
    await phone.set("cashier", "wrong_password")
    await phone.tap("Pay ¥68")
    await phone.at("trade/order")
    await phone.see("Not paid. Nothing was charged.")
    await phone.picture("en-not-paid")
    await phone.set("cashier", "cancel")
    async with phone.page.expect_response("**/phone/pay"):  # the words stand there since the attempt before
        await phone.front.get_by_text("Pay", exact=True).last.click()
    await phone.see("Not paid. Nothing was charged.")
    await phone.set("cashier", "pay")
    await phone.front.get_by_text("Pay", exact=True).last.click()
    await phone.see("Paid. Thank you.")


async def test_a_link_from_elsewhere_can_do_no_harm(new_phone):
    phone = await new_phone()
    await phone.open("/pages/product/product%3Fid%3D%253Cscript%253E", language="en")
    await phone.see("not on the shelves any more")
    await phone.tap("To the shop")
    await phone.see(GOODS)


async def test_an_address_can_be_typed_when_wechat_is_refused(new_phone):
    phone = await new_phone()
    await bag_a_pine(phone)
    await phone.tap("Buy now")
    await phone.at("checkout")
    await phone.set("privacy", None)
    await phone.tap("WeChat address")
    await phone.front.locator("#yumen-refuse").click()
    for name, text in (("Name", "绒小松"), ("Phone", "16900000001"), ("Province", "浙江省"), ("City", "杭州市")):
        await phone.front.get_by_placeholder(name, exact=True).fill(text)
    await phone.front.get_by_placeholder("Street and number").fill("绒松虚构路 8 号")
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
    for name, value in (("network", "3g"), ("vantage", "frankfurt"), ("theme", "dark"), ("cashier", "pay")):
        await phone.page.select_option(f"select[name={name}]", value)
        assert await phone.page.evaluate("(name) => localStorage.getItem('phone.' + name)", name) == value
    await phone.page.get_by_role("status").get_by_text("cashier: pay").wait_for()
    assert await frame.locator("html").get_attribute("data-theme") == "dark"
    await phone.page.select_option("select[name=vantage]", "none")
    await phone.page.wait_for_timeout(500)
    await phone.page.get_by_text("Withdraw privacy authorisation").click()
    await phone.page.get_by_text("Withdrawn:").wait_for()
    await phone.picture("panel")
