"""After the sale: choosing what to buy now, sending back with pictures and a parcel's number, the money returned."""

import pytest

from tests.e2e.storefront.test_journeys import CHINESE, ENGLISH

GOODS, OTHER = "Pine of the house", "Tea for two"


@pytest.mark.parametrize("taste", [ENGLISH, CHINESE], ids=["en", "zh"])
async def test_goods_go_back_with_pictures_and_a_parcels_number(new_phone, street, taste):
    phone = await new_phone()
    await phone.open(cashier="pay", **taste)
    await phone.buy(GOODS)
    await phone.see("Paid. Thank you.")
    await phone.tap("See the order")
    await phone.text("Return or refund").wait_for()
    order = await phone.order()
    await street.staff("POST", f"/orders/{order}/ship", {"carrier": "SF", "tracking_no": "SF000000000001"})
    await phone.fresh()
    await phone.see("SF Express" if phone.language == "en" else "顺丰速运")
    await phone.look("70-shipped")
    await phone.tap("I have received it")
    await phone.gone("I have received it")

    await phone.tap("Return or refund")
    await phone.chip("Send the goods back").click()
    await phone.chip("Damaged").click()
    for number in (1, 2):
        await phone.front.locator(".proof-add").click()
        await phone.answer("Take a picture")
        await phone.front.locator(".proof img").nth(number - 1).wait_for()
    await phone.look("71-claim-pictures")
    await phone.tap("Ask for it")
    await phone.at("trade/order")
    await phone.see("the shop answers within two days")
    await phone.look("72-claim-open")
    assert await street.pictures(await street.claim(order)) == 2

    claim = await street.approve(order)
    await phone.fresh()
    await phone.tap("Enter the parcel number")
    await phone.tap("It is on its way")
    await phone.see("Choose a carrier and enter the number on the label.")
    await phone.look("73-parcel")
    await phone.tap("Choose a carrier")
    await (
        phone.page.locator(".phone-cover").get_by_text("圆通速递" if phone.language == "zh" else "YTO Express").click()
    )
    await phone.front.locator("input").fill("YT 1234 5678 90")
    await phone.tap("It is on its way")
    await phone.at("trade/order")
    await phone.see("On its way back")
    await street.staff("POST", f"/claims/{claim}/take-back", {"restock": True})

    async def paid_back():
        await phone.fresh()
        return await phone.front.locator("#refunded").count() > 0

    await phone.until(paid_back, "the money is back")
    await phone.look("74-returned")


async def test_some_lines_of_the_bag_are_bought_and_the_others_stay(new_phone):
    phone = await new_phone()
    await phone.open(language="en", cashier="pay")
    await phone.tap(GOODS)
    await phone.tap("Add to bag")
    await phone.told(phone.agree())
    await phone.back()
    await phone.tap(OTHER)
    await phone.told(phone.tap("Add to bag"))
    await phone.back()
    await phone.tab(2)
    ticks = phone.front.locator(".line .tick")
    await ticks.nth(1).wait_for()
    await phone.look("75-bag-all")
    await phone.label("Choose", OTHER).click()
    await phone.front.locator(".sum-total").get_by_text("¥68", exact=True).wait_for()
    await phone.look("76-bag-some")
    await phone.tap("Check out")
    await phone.tap("WeChat address")
    await phone.front.locator(".place-on").wait_for()
    assert await phone.front.locator(".line").count() == 1
    await phone.tap("Pay ¥68")
    await phone.see("Paid. Thank you.")
    await phone.tap("Back to the shop")
    await phone.tab(2)
    await phone.front.get_by_text(OTHER).wait_for()
    assert await phone.sees_not(GOODS)
    await phone.label("Choose", OTHER).click()
    await phone.see("Choose what you want to buy now.")
    await phone.look("77-bag-none")
