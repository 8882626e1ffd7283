"""Login, phone and session keys against the sandbox."""

import pytest

from yumen.kit.clock import real_now
from yumen.kit.errors import Problem, Unsettled
from yumen.wechat import Account, Accounts, Mini, WechatError, mini, open_data


async def first(stage):
    return (await stage.admin.people(1))[0]


async def test_a_code_names_its_person_once(stage):
    person = await first(stage)
    code = await stage.admin.login(stage.appid, person.id)
    session = await mini.code2session(stage.mini, stage.appid, code)
    member = await stage.admin.member(stage.appid, person.id)
    assert (session.openid, session.session_key, session.unionid) == (member.openid, member.session_key, member.unionid)
    with pytest.raises(Problem, match=r"wechat\.code_used"):
        await mini.code2session(stage.mini, stage.appid, code)


async def test_an_unknown_code_is_invalid(stage):
    with pytest.raises(Problem, match=r"wechat\.code_invalid"):
        await mini.code2session(stage.mini, stage.appid, "0" * 32)


async def test_a_blocked_person_is_told_neutrally(stage):
    person = await first(stage)
    await stage.admin.mark_high_risk(person.id)
    try:
        code = await stage.admin.login(stage.appid, person.id)
        with pytest.raises(WechatError, match=r"wechat\.user_blocked") as caught:
            await mini.code2session(stage.mini, stage.appid, code)
        assert caught.value.errcode == 40226
    finally:
        await stage.admin.mark_high_risk(person.id, False)


async def test_a_wrong_secret_is_the_operators_trouble(stage):
    wrong = Mini(stage.mini.transport, stage.mini.tokens, Accounts([Account(stage.appid, "0" * 32)]))
    with pytest.raises(WechatError, match=r"wechat\.unavailable") as caught:
        await mini.code2session(wrong, stage.appid, "0" * 32)
    assert caught.value.errcode == 40125
    assert caught.value.rid


async def test_a_lost_answer_leaves_the_login_unsettled(stage):
    await stage.admin.trouble(stage.appid, "lost", path="/sns/jscode2session", left=1)
    code = await stage.admin.login(stage.appid, (await first(stage)).id)
    with pytest.raises((Unsettled, Problem)):
        await mini.code2session(stage.mini, stage.appid, code)


async def test_busy_once_is_not_noticed(stage):
    await stage.admin.trouble(stage.appid, "errcode", path="/sns/jscode2session", errcode=-1, left=1)
    code = await stage.admin.login(stage.appid, (await first(stage)).id)
    assert (await mini.code2session(stage.mini, stage.appid, code)).openid


@pytest.mark.parametrize("as_number", [False, True])
async def test_a_phone_code_gives_the_number_once(stage, as_number):
    await stage.admin.change_app(
        stage.appid, quirks={"country_code_number": as_number, "extra_fields": True, "text_plain": True}
    )
    person = await first(stage)
    pressed = await stage.admin.phone(stage.appid, person.id)
    info = await mini.get_phone_number(stage.mini, stage.appid, pressed.code)
    assert (info.pure_phone_number, info.country_code) == (person.pure_phone, person.country_code)
    with pytest.raises(Problem, match=r"wechat\.code_invalid"):
        await mini.get_phone_number(stage.mini, stage.appid, pressed.code)


async def test_a_phone_code_of_another_person_is_refused(stage):
    one, other = (await stage.admin.people(2))[:2]
    pressed = await stage.admin.phone(stage.appid, one.id)
    stranger = await stage.admin.member(stage.appid, other.id)
    with pytest.raises(WechatError):
        await mini.get_phone_number(stage.mini, stage.appid, pressed.code, stranger.openid)


async def test_encrypted_data_opens_under_the_present_key_only(stage):
    person = await first(stage)
    pressed = await stage.admin.phone(stage.appid, person.id)
    key = (await stage.admin.member(stage.appid, person.id)).session_key
    now = real_now()
    info = open_data.decrypt_phone(pressed.encryptedData, pressed.iv, key, stage.appid, now)
    assert info.pure_phone_number == person.pure_phone
    with pytest.raises(Problem, match=r"wechat\.session_expired"):
        open_data.decrypt_phone(pressed.encryptedData, pressed.iv, "A" * 22 + "==", stage.appid, now)


async def test_raw_data_is_signed_by_the_session(stage):
    person = await first(stage)
    shown = await stage.admin.profile(stage.appid, person.id)
    key = (await stage.admin.member(stage.appid, person.id)).session_key
    assert open_data.raw_data_is_genuine(shown.rawData, shown.signature, key)
    assert not open_data.raw_data_is_genuine(shown.rawData + " ", shown.signature, key)


async def test_a_session_key_is_checked_and_reset(stage):
    person = await first(stage)
    session = await mini.code2session(stage.mini, stage.appid, await stage.admin.login(stage.appid, person.id))
    assert await mini.check_session_key(stage.mini, stage.appid, session.openid, session.session_key)
    fresh = await mini.reset_user_session_key(stage.mini, stage.appid, session.openid, session.session_key)
    assert fresh.session_key != session.session_key
    assert not await mini.check_session_key(stage.mini, stage.appid, session.openid, session.session_key)
    assert await mini.check_session_key(stage.mini, stage.appid, session.openid, fresh.session_key)


async def test_addresses_and_quotas_are_read(stage):
    assert await mini.get_callback_ip(stage.mini, stage.appid)
    assert await mini.get_api_domain_ip(stage.mini, stage.appid)
    quota = await mini.get_api_quota(stage.mini, stage.appid, "/cgi-bin/stable_token")
    assert quota.daily_limit == quota.used + quota.remain > 0
    with pytest.raises(WechatError, match="40201"):
        await mini.callback_check(stage.mini, stage.appid)
