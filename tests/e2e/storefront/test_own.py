"""What a person adds of their own: a nickname and a picture, only after agreeing, and gone when they say so."""

import json

import pytest

from tests.e2e.storefront.test_journeys import CHINESE, ENGLISH

SENT_MAX = 200 * 1024


@pytest.mark.parametrize("taste", [ENGLISH, CHINESE], ids=["en", "zh"])
async def test_a_nickname_and_a_picture_come_after_the_consent_and_leave_by_a_tap(new_phone, taste):
    phone = await new_phone()
    await phone.open(**taste)
    await phone.tab(3)
    await phone.tap("Log in")
    await phone.agree()
    await phone.tap("Nickname and picture")
    await phone.front.locator("wx-switch input").wait_for()
    assert await phone.front.locator("wx-form").count() == 0, "nothing can be given before the consent"
    await phone.look("60-profile-asks")
    await phone.front.locator("wx-switch input").click()
    await phone.tap("Save my choices")
    await phone.front.locator("wx-form").wait_for()

    told = []
    phone.page.on("request", lambda request: told.append(request) if request.url.endswith("/phone/request") else None)
    await phone.front.locator(".face").click()
    await phone.answer("Use my WeChat picture")
    picture = phone.front.locator(".face img")
    await picture.wait_for()
    assert (await picture.get_attribute("src")).startswith("data:image/jpeg;base64,")
    (sent,) = (
        one
        for one in (json.loads(request.post_data) for request in told)
        if one["url"].endswith("/profile/avatar") and one["method"] == "POST"
    )
    assert sent["header"]["content-type"].startswith("multipart/form-data; boundary=")
    assert len(sent["bytes"]) * 3 / 4 < SENT_MAX

    await phone.front.locator("input").click()
    await phone.page.locator(".phone-offer button").click()
    name = await phone.front.locator("input").input_value()
    assert name
    async with phone.page.expect_response(lambda answer: "/v1/profile" in (answer.request.post_data or "")):
        await phone.tap("Save the nickname")
    await phone.page.wait_for_function("!getCurrentPages().pop().data.busy")
    await phone.look("61-profile")
    await phone.fresh()
    assert await phone.front.locator("input").input_value() == name, "the server has it"

    await phone.tap("Remove the picture")
    await picture.wait_for(state="detached")
    await phone.back()
    await phone.tap("My consents")
    await phone.tap("Withdraw")
    await phone.see("Withdrawn.")
    await phone.back()
    await phone.tap("Nickname and picture")
    await phone.front.locator("wx-switch input").wait_for()
    assert await phone.front.locator("wx-form").count() == 0


async def test_a_number_that_is_not_shared_is_no_way_out_of_the_shop_and_can_be_shared_later(new_phone):
    phone = await new_phone()
    await phone.open("/mine/join/join", **ENGLISH)
    await phone.agree()
    await phone.tap("I am 18 or older")
    await phone.tap("Share my WeChat number")
    await phone.answer("Refuse")
    await phone.see("No number was shared. You can shop without one.")
    await phone.tap("Share my WeChat number")
    await phone.answer("Allow")
    await phone.see("Welcome. You are a member.")


async def test_a_picture_that_the_server_will_not_have_is_told_and_can_be_chosen_again(new_phone):
    phone = await new_phone()
    await phone.open("/mine/profile/profile", **ENGLISH)
    await phone.agree()
    await phone.front.locator("wx-switch input").click()
    await phone.tap("Save my choices")
    await phone.front.locator("wx-form").wait_for()

    async def refuse(route):
        if "multipart" not in (route.request.post_data or ""):
            return await route.continue_()
        return await route.fulfill(
            body=json.dumps({"fail": "request:fail ECONNRESET", "errno": 600001}), content_type="application/json"
        )

    await phone.page.route("**/phone/request", refuse)
    await phone.front.locator(".face").click()
    await phone.answer("Choose from the album")
    await phone.see("The shop cannot be reached. Please try again.")
    await phone.page.unroute("**/phone/request", refuse)
    await phone.front.locator(".face").click()
    await phone.answer("Choose from the album")
    await phone.front.locator(".face img").wait_for()
    assert await phone.sees_not("The shop cannot be reached.")
