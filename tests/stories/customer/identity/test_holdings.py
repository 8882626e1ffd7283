"""What identity keeps is declared, handed over and erased."""

from datetime import date

from yumen.customer.identity import HOLDINGS, subjects
from yumen.customer.identity.holdings import erase_aliases, erase_sessions, hand_over_aliases, hand_over_sessions
from yumen.customer.identity.login import UNKNOWN
from yumen.security.datamap import faults


def test_the_holdings_are_sound():
    assert faults(HOLDINGS, date(2026, 11, 25)) == []


async def test_a_person_gets_every_name_and_device_merged_ones_included(house):
    alice, first = await house.enrol("oAlice", "oUnion")
    twin, second = await house.enrol("oAliceOld")
    async with house.unit() as uow:
        await subjects.link(uow, twin, alice, "staff")
        names = await hand_over_aliases(uow, alice)
        devices = await hand_over_sessions(uow, alice)
    appid = house.app().appid
    assert names == {
        "openid": [{"app": appid, "openid": "oAlice"}, {"app": appid, "openid": "oAliceOld"}],
        "unionid": ["oUnion"],
    }
    assert {device["session"] for device in devices["device"]} == {first.visit.session, second.visit.session}


async def test_who_was_erased_comes_back_as_a_stranger(house):
    alice, _ = await house.enrol("oAlice")
    bob, _ = await house.enrol("oBob")
    async with house.unit() as uow:
        assert (await erase_aliases(uow, alice)).rows == 1
        assert (await erase_sessions(uow, alice)).rows == 1
    assert await house.logins.open(house.arrive("oAlice")) == UNKNOWN
    assert (await house.enrol("oAlice"))[0] != alice
    assert (await house.come_back("oBob"))[0].subject == bob
    (row,) = await house.rows("select erased_at from identity.subject where id = %s", alice)
    assert row["erased_at"] is not None
