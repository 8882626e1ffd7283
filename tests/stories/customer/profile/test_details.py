"""Details are kept on consent, sealed, changed one by one and taken away for good."""

from datetime import date, timedelta

import pytest

from yumen.customer.identity import subjects
from yumen.customer.profile import avatar, details
from yumen.customer.profile.details import Change
from yumen.customer.profile.fields import NICKNAME
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Problem
from yumen.security import vault


async def change(house, subject, wish):
    async with house.unit() as uow:
        return await details.change(uow, subject, wish)


async def read(house, subject):
    async with house.unit() as uow:
        return await details.find(uow, subject)


async def test_without_consent_nothing_is_kept(house):
    alice, _ = await house.enrol("oAlice")
    with pytest.raises(Problem) as caught:
        await change(house, alice, Change(nickname="小玉"))
    assert caught.value.code.name == "consent.missing"
    await house.agree(alice, given=False)
    with pytest.raises(Problem) as caught:
        await change(house, alice, Change(region="CN-SH"))
    assert caught.value.code.name == "consent.refused"
    assert await house.rows("select 1 as one from profile.detail") == []


async def test_the_language_needs_no_consent(house):
    alice, _ = await house.enrol("oAlice")
    await change(house, alice, Change(language="zh"))
    assert (await read(house, alice)).language == "zh"


async def test_what_is_named_changes_and_the_rest_stays(house):
    alice, _ = await house.enrol("oAlice")
    await house.agree(alice)
    await change(house, alice, Change("小玉", date(1999, 12, 31), "CN-SH", "zh"))
    assert await read(house, alice) == details.Details("小玉", "1999-12-31", "CN-SH", "zh")
    await change(house, alice, Change(nickname="大玉", birthday=None))
    assert await read(house, alice) == details.Details("大玉", None, "CN-SH", "zh")
    (row,) = await house.rows("select * from profile.detail")
    assert row["birthday_sealed"] is None
    assert "大玉".encode() not in bytes(row["nickname_sealed"])
    async with house.unit() as uow:
        assert await vault.unseal(uow, alice, NICKNAME, row["nickname_sealed"]) == "大玉"
    assert len(await house.leaves("profile.changed")) == 2


async def test_an_empty_change_is_no_act(house):
    alice, _ = await house.enrol("oAlice")
    assert await change(house, alice, Change()) == []
    assert await house.leaves("profile.changed") == []


async def test_saying_the_same_again_is_no_act(house):
    alice, _ = await house.enrol("oAlice")
    await house.agree(alice)
    await change(house, alice, Change(nickname="小玉"))
    assert await change(house, alice, Change(nickname=" 小玉 ", region=None)) == []
    assert len(await house.leaves("profile.changed")) == 1


async def test_taking_away_needs_no_consent(house):
    alice, _ = await house.enrol("oAlice")
    await house.agree(alice)
    await change(house, alice, Change(nickname="小玉"))
    await house.agree(alice, given=False)
    await change(house, alice, Change(nickname=None))
    assert (await read(house, alice)).nickname is None


@pytest.mark.parametrize("days", [-60_000, 1])
async def test_a_birthday_in_the_future_or_of_another_age_is_refused(house, days):
    alice, _ = await house.enrol("oAlice")
    await house.agree(alice)
    birthday = shanghai_day(house.clock.now()) + timedelta(days=days)
    with pytest.raises(Problem) as caught:
        await change(house, alice, Change(birthday=birthday))
    assert (caught.value.code.name, caught.value.at) == ("profile.birthday_unfit", "/birthday")


async def test_what_a_merged_person_takes_away_is_gone_everywhere(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceOld")
    await house.agree(twin)
    await change(house, twin, Change(nickname="小玉", region="CN-SH"))
    async with house.unit() as uow:
        link = await subjects.link(uow, twin, alice, "staff")
    assert (await read(house, alice)).nickname == "小玉"
    await change(house, alice, Change(nickname=None))
    async with house.unit() as uow:
        await subjects.unlink(uow, link.merge)
    assert await read(house, twin) == details.Details(region="CN-SH")


async def test_all_that_was_kept_on_consent_can_be_forgotten_at_once(house):
    alice, _ = await house.enrol("oAlice")
    await house.agree(alice)
    await change(house, alice, Change(nickname="小玉"))
    async with house.unit() as uow:
        assert await details.clear(uow, alice) == 1
    async with house.unit() as uow:
        assert await details.clear(uow, alice) == 0
        assert await details.find(uow, alice) == details.Details()
        assert not await avatar.is_there(uow, alice)
    assert await house.leaves("profile.cleared") == [("profile.cleared", alice)]
