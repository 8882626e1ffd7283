"""From a person to their openid, and back."""

import pytest

from yumen.customer.identity import subjects
from yumen.customer.identity.names import find_by_openid, openid_of
from yumen.kit.errors import Problem

CLUB = "wx00000000000000a2"


async def test_an_openid_leads_to_the_person_and_back(house):
    alice, _ = await house.enrol("oAlice")
    key = house.app().key
    async with house.unit() as uow:
        assert await find_by_openid(uow, key, "oAlice") == alice
        assert await openid_of(uow, alice, key) == "oAlice"
        assert await find_by_openid(uow, key, "oNobody") is None
        assert await find_by_openid(uow, house.app(CLUB).key, "oAlice") is None
        with pytest.raises(Problem) as caught:
            await openid_of(uow, alice, house.app(CLUB).key)
    assert caught.value.code.name == "subject.not_named"


async def test_after_a_merge_every_name_leads_to_the_person_meant(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceClub", appid=CLUB)
    async with house.unit() as uow:
        await subjects.link(uow, twin, alice, "staff")
        assert await find_by_openid(uow, house.app(CLUB).key, "oAliceClub") == alice
        assert await openid_of(uow, alice, house.app(CLUB).key) == "oAliceClub"
