"""The profile over HTTP: the phone button pressed, the old way too, a picture sent, staff who search and merge."""

KEY = {"Idempotency-Key": "a-key-of-the-phone-0001"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


async def shopper(street):
    """Somebody logged in: who they are to WeChat, and their headers."""
    person = await street.person()
    view = await street.log_in(person)
    return person, view, bearer(view["token"])


async def agree_to_profile(street, headers):
    caller = (await street.shopper.get("/v1/me", headers=headers)).json()
    (row,) = await street.house.rows("select id from identity.subject where ref = %s", caller["subject"])
    await street.house.agree(row["id"], appid=street.shop.appid)


async def test_the_phone_button_binds_the_number_once(street):
    person, _, headers = await shopper(street)
    pressed = await street.admin.phone(street.shop.appid, person)
    answer = await street.shopper.post("/v1/phone", json={"code": pressed.code}, headers=headers | KEY)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "bound"
    assert "*" in answer.json()["masked"]
    again = await street.shopper.post("/v1/phone", json={"code": pressed.code}, headers=headers | KEY)
    assert again.json() == answer.json()
    used = await street.shopper.post("/v1/phone", json={"code": pressed.code}, headers=headers)
    assert (used.status_code, used.json()["code"]) == (400, "wechat.code_invalid")
    assert len(await street.house.leaves("phone.bound")) == 1
    profile = (await street.shopper.get("/v1/profile", headers=headers)).json()
    assert profile["phone_masked"] == answer.json()["masked"]
    assert (await street.shopper.delete("/v1/phone", headers=headers)).status_code == 204
    assert (await street.shopper.get("/v1/profile", headers=headers)).json()["phone_masked"] is None


async def test_the_old_way_opens_what_wechat_sealed_for_this_session(street):
    person, _, headers = await shopper(street)
    pressed = await street.admin.phone(street.shop.appid, person)
    body = {"encrypted_data": pressed.encryptedData, "iv": pressed.iv}
    answer = await street.shopper.post("/v1/phone", json=body, headers=headers)
    assert (answer.status_code, answer.json().get("state")) == (200, "bound"), answer.text
    by_code = await street.admin.phone(street.shop.appid, person)
    same = await street.shopper.post("/v1/phone", json={"code": by_code.code}, headers=headers)
    assert same.json()["state"] == "same"


async def test_the_old_way_after_a_rotation_still_works(street):
    person, _, headers = await shopper(street)
    fresh = (await street.shopper.post("/v1/session/rotate", headers=headers)).json()
    pressed = await street.admin.phone(street.shop.appid, person)
    body = {"encrypted_data": pressed.encryptedData, "iv": pressed.iv}
    answer = await street.shopper.post("/v1/phone", json=body, headers=bearer(fresh["token"]))
    assert answer.status_code == 200, answer.text


async def test_a_session_without_its_key_is_told_to_log_in_again(street):
    person = await street.person()
    code = await street.admin.login(street.shop.appid, person)
    ask = {"app": street.shop.appid, "code": code}
    await street.shopper.post("/v1/login", json=ask, headers=KEY)
    again = (await street.shopper.post("/v1/login", json=ask, headers=KEY)).json()
    pressed = await street.admin.phone(street.shop.appid, person)
    body = {"encrypted_data": pressed.encryptedData, "iv": pressed.iv}
    answer = await street.shopper.post("/v1/phone", json=body, headers=bearer(again["token"]))
    assert (answer.status_code, answer.json()["code"]) == (401, "phone.session_key_gone")


async def test_a_code_pressed_by_somebody_else_binds_nothing(street):
    _, _, headers = await shopper(street)
    other, _, _ = await shopper(street)
    pressed = await street.admin.phone(street.shop.appid, other)
    answer = await street.shopper.post("/v1/phone", json={"code": pressed.code}, headers=headers)
    assert 400 <= answer.status_code < 500
    assert await street.house.rows("select 1 as one from profile.phone") == []


BAD_PHONES = [
    ({}, 422, "phone.way_unfit", ""),
    ({"code": "x", "iv": "A" * 24}, 422, "phone.way_unfit", ""),
    ({"encrypted_data": "QUJD"}, 422, "phone.way_unfit", ""),
    ({"encrypted_data": "QUJD", "iv": "A" * 24}, 401, "wechat.session_expired", "/encrypted_data"),
    ({"encrypted_data": "no base64!", "iv": "A" * 24}, 400, "request.invalid", "/encrypted_data"),
    ({"code": "x" * 129}, 400, "request.invalid", "/code"),
    ({"phone": "19900000001"}, 400, "request.invalid", None),
]


async def test_a_bad_phone_request_is_refused_with_its_place(street):
    _, _, headers = await shopper(street)
    for body, status, code, at in BAD_PHONES:
        answer = await street.shopper.post("/v1/phone", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
        assert at is None or answer.json().get("at") == at, body


async def test_a_profile_is_told_after_agreeing_and_not_before(street):
    _, _, headers = await shopper(street)
    refused = await street.shopper.patch("/v1/profile", json={"nickname": "小玉"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "consent.missing")
    await agree_to_profile(street, headers)
    wish = {"nickname": "小玉", "birthday": "1999-12-31", "region": "CN-SH", "language": "zh"}
    told = await street.shopper.patch("/v1/profile", json=wish, headers=headers)
    assert told.status_code == 200, told.text
    assert {name: told.json()[name] for name in wish} == wish
    # a mini-program sends no PATCH
    less = (await street.shopper.post("/v1/profile", json={"birthday": None}, headers=headers)).json()
    assert (less["nickname"], less["birthday"]) == ("小玉", None)


BAD_PROFILES = [
    ({"nickname": ""}, 400, "/nickname"),
    ({"nickname": "x" * 65}, 400, "/nickname"),
    ({"nickname": "a\u202eb"}, 422, "/nickname"),
    ({"birthday": "1999-02-30"}, 400, "/birthday"),
    ({"birthday": "2999-01-01"}, 422, "/birthday"),
    ({"region": "Shanghai"}, 400, "/region"),
    ({"language": "fr"}, 400, "/language"),
    ({"openid": "oForged"}, 400, None),
]


async def test_a_bad_profile_is_refused_with_its_place(street):
    _, _, headers = await shopper(street)
    await agree_to_profile(street, headers)
    for body, status, at in BAD_PROFILES:
        answer = await street.shopper.patch("/v1/profile", json=body, headers=headers)
        assert answer.status_code == status, body
        assert at is None or answer.json().get("at") == at, body


async def test_a_picture_goes_up_and_comes_back_without_its_place(street, picture, picture_with_place):
    _, _, headers = await shopper(street)
    await agree_to_profile(street, headers)
    upload = headers | {"Content-Type": "image/png"}
    sent = await street.shopper.put("/v1/profile/avatar", content=picture_with_place, headers=upload)
    assert sent.status_code == 204, sent.text
    shown = await street.shopper.get("/v1/profile/avatar", headers=headers)
    assert (shown.content, shown.headers["content-type"]) == (picture, "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    form = {"picture": ("tmp_1.png", picture_with_place, "image/png")}
    posted = await street.shopper.post("/v1/profile/avatar", files=form, headers=headers)
    assert posted.status_code == 204, posted.text
    assert (await street.shopper.get("/v1/profile/avatar", headers=headers)).content == picture
    bad = await street.shopper.put("/v1/profile/avatar", content=b"<svg/>", headers=upload)
    assert (bad.status_code, bad.json()["code"]) == (422, "avatar.unfit")
    empty = await street.shopper.put("/v1/profile/avatar", content=b"", headers=upload)
    assert empty.status_code == 422
    assert (await street.shopper.delete("/v1/profile/avatar", headers=headers)).status_code == 204
    assert (await street.shopper.get("/v1/profile/avatar", headers=headers)).status_code == 404
