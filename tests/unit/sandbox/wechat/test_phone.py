import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from yumen.sandbox.wechat.phone import seal_open_data, sign_raw_data

VECTORS = json.loads((Path(__file__).parents[3] / "vectors/wechat-encrypted-data.json").read_text())["cases"]


def opened(session_key: str, encrypted_data: str, iv: str) -> dict:
    key, start, data = (base64.b64decode(part) for part in (session_key, iv, encrypted_data))
    decryptor = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
    unpadder = PKCS7(128).unpadder()
    return json.loads(unpadder.update(decryptor.update(data) + decryptor.finalize()) + unpadder.finalize())


async def number(caller, app, code, **more):
    token = (await caller.stable(app))["access_token"]
    return await caller.post("/wxa/business/getuserphonenumber", {"code": code, **more}, access_token=token)


@pytest.mark.parametrize("case", [c for c in VECTORS if c["kind"] == "encrypted_data"], ids=lambda c: c["name"])
def test_the_official_open_data_come_out_byte_for_byte(case):
    sealed = seal_open_data(case["session_key"], case["plaintext"].encode(), base64.b64decode(case["iv"]))
    assert sealed.encrypted_data == case["encrypted_data"]


def test_the_official_raw_data_signature():
    (case,) = [c for c in VECTORS if c["kind"] == "raw_data_signature"]
    assert sign_raw_data(case["raw_data"], case["session_key"]) == case["signature"]


async def test_a_phone_code_gives_the_number_once(caller, admin, app):
    pressed = await admin.phone(app.appid, "p1")
    person = (await admin.people())[0]
    answer = await number(caller, app, pressed.code)
    info = answer["phone_info"]
    assert answer["errcode"] == 0
    assert (info["phoneNumber"], info["purePhoneNumber"]) == (person.phone, person.pure_phone)
    assert info["countryCode"] == person.country_code
    assert info["watermark"]["appid"] == app.appid
    again = await number(caller, app, pressed.code)
    assert again["errcode"] == 40029
    assert "hint: [" in again["errmsg"]


async def test_a_phone_code_lives_five_minutes(caller, admin, app):
    pressed = await admin.phone(app.appid, "p1")
    await admin.advance_clock(301)
    assert (await number(caller, app, pressed.code))["errcode"] == 40029


async def test_a_login_code_is_no_phone_code(caller, admin, app):
    assert (await number(caller, app, await admin.login(app.appid, "p1")))["errcode"] == 40029


async def test_another_apps_phone_code_names_the_app(caller, admin, app):
    other = await admin.create_app()
    assert (await number(caller, other, (await admin.phone(app.appid, "p1")).code))["errcode"] == 40013


async def test_code_and_openid_must_belong_together(caller, admin, app):
    pressed = await admin.phone(app.appid, "p1")
    me, other = await admin.member(app.appid, "p1"), await admin.member(app.appid, "p2")
    assert (await number(caller, app, pressed.code, openid=other.openid))["errcode"] == 40003
    assert (await number(caller, app, pressed.code, openid=me.openid))["errcode"] == 0


async def test_a_closed_account_has_no_number(caller, admin, app):
    pressed = await admin.phone(app.appid, "p1")
    await admin.cancel("p1")
    assert (await number(caller, app, pressed.code))["errcode"] == 40003


async def test_the_country_code_may_come_as_a_number(caller, admin, app):
    await admin.change_app(app.appid, quirks={"country_code_number": True})
    answer = await number(caller, app, (await admin.phone(app.appid, "p1")).code)
    assert answer["phone_info"]["countryCode"] == 86


async def test_foreign_numbers_carry_their_prefix(caller, admin, app):
    people = await admin.add_people(100)
    abroad = next(person for person in people if person.country_code != "86")
    info = (await number(caller, app, (await admin.phone(app.appid, abroad.id)).code))["phone_info"]
    assert info["phoneNumber"] == f"+{abroad.country_code}{info['purePhoneNumber']}"


async def test_the_button_fails_when_the_paid_calls_are_used_up(admin, app):
    await admin.change_app(app.appid, phone_calls_left=1)
    assert (await admin.phone(app.appid, "p1")).errno == 0
    out = await admin.phone(app.appid, "p1")
    assert (out.errno, out.code) == (1400001, "")


async def test_the_old_path_opens_with_the_present_session_key_only(admin, app):
    await admin.login(app.appid, "p1")
    old = (await admin.member(app.appid, "p1")).session_key
    await admin.change_settings(session_rules={"rotate_after_s": 0, "rotate_percent": 100})
    await admin.login(app.appid, "p1")
    pressed = await admin.phone(app.appid, "p1")
    key = (await admin.member(app.appid, "p1")).session_key
    plain = opened(key, pressed.encryptedData, pressed.iv)
    assert plain["phoneNumber"] == (await admin.people())[0].phone
    assert plain["watermark"]["appid"] == app.appid
    with pytest.raises(ValueError):  # noqa: PT011 - bad padding, bad UTF-8 or bad JSON, as chance has it
        opened(old, pressed.encryptedData, pressed.iv)


async def test_the_profile_is_anonymous_signed_and_sealed(admin, app):
    shown = await admin.profile(app.appid, "p1")
    me = await admin.member(app.appid, "p1")
    assert shown.signature == hashlib.sha1((shown.rawData + me.session_key).encode()).hexdigest()
    assert json.loads(shown.rawData)["nickName"] == "微信用户"
    assert opened(me.session_key, shown.encryptedData, shown.iv)["openId"] == me.openid


async def test_sealed_data_are_remembered_for_three_days(caller, admin, app):
    pressed = await admin.phone(app.appid, "p1")
    digest = hashlib.sha256(pressed.encryptedData.encode()).hexdigest()

    async def check(value: str) -> dict:
        token = (await caller.stable(app))["access_token"]
        path = "/wxa/business/checkencryptedmsg"
        return await caller.post(path, {"encrypted_msg_hash": value}, access_token=token)

    assert (await check(digest))["vaild"] is True
    assert (await check("0" * 64))["errcode"] == 1
    assert (await check("zz"))["errcode"] == 40097
    await admin.advance_clock(3 * 86400 + 1)
    assert (await check(digest))["errcode"] == 1
