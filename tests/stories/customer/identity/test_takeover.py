"""Many persons are taken over at once by the rule of a first login."""

from __future__ import annotations

import pytest

from tests.stories.customer.conftest import House
from yumen.customer.identity import NamedMeanwhile, takeover
from yumen.customer.identity.takeover import Named, Recognised
from yumen.kit.ids import AppKey


async def test_known_names_are_recognised_and_strangers_are_not(house: House) -> None:
    subject, _ = await house.enrol("oKnownHere00000000000000001", "unionid-of-the-first")
    key = house.app().key
    names = [
        Named(key, "oKnownHere00000000000000001"),
        None,
        Named(key, "oUnknown0000000000000000001", "unionid-of-the-first"),
        Named(key, "oUnknown0000000000000000002"),
    ]
    async with house.unit() as uow:
        assert await takeover.recognise(uow, names) == [
            Recognised(by_openid=subject), Recognised(), Recognised(by_unionid=subject), Recognised(),
        ]  # fmt: skip


async def test_the_enrolled_can_log_in_and_a_name_given_meanwhile_stops_the_batch(house: House) -> None:
    async with house.unit() as uow:
        first, second = await takeover.enrol(uow, [uow.now, uow.now])
        await takeover.name(uow, [(first, Named(house.app().key, "oTakenOver00000000000000001"))])
    assert (await house.come_back("oTakenOver00000000000000001"))[0].subject == first
    with pytest.raises(NamedMeanwhile):
        async with house.unit() as uow:
            await takeover.name(uow, [(second, Named(house.app().key, "oTakenOver00000000000000001"))])


def test_a_name_is_not_shown() -> None:
    assert "oSecret" not in repr(Named(AppKey(1), "oSecret"))
