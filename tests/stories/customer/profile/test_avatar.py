"""A picture is kept on consent, sealed, without its metadata."""

import pytest

from yumen.customer.profile import avatar
from yumen.kit.errors import Problem


async def put(house, subject, picture):
    async with house.unit() as uow:
        await avatar.put(uow, subject, picture)


async def test_a_picture_is_kept_sealed_and_without_metadata(house, picture, picture_with_place):
    alice, _ = await house.enrol("oAlice")
    await house.agree(alice)
    await put(house, alice, picture_with_place)
    async with house.unit() as uow:
        assert await avatar.get(uow, alice) == avatar.Picture("image/png", picture)
    (row,) = await house.rows("select picture_sealed from profile.avatar")
    assert b"IHDR" not in bytes(row["picture_sealed"])


async def test_another_picture_takes_its_place_and_removing_removes(house, picture):
    alice, _ = await house.enrol("oAlice")
    await house.agree(alice)
    await put(house, alice, picture)
    await put(house, alice, picture)
    async with house.unit() as uow:
        assert await avatar.remove(uow, alice) is True
    async with house.unit() as uow:
        assert await avatar.remove(uow, alice) is False
        with pytest.raises(Problem) as caught:
            await avatar.get(uow, alice)
    assert caught.value.code is avatar.ABSENT
    kinds = [kind for kind, _ in await house.leaves("avatar.changed", "avatar.removed")]
    assert kinds == ["avatar.changed", "avatar.changed", "avatar.removed"]


async def test_without_consent_or_without_a_picture_nothing_is_kept(house, picture):
    alice, _ = await house.enrol("oAlice")
    with pytest.raises(Problem) as caught:
        await put(house, alice, picture)
    assert caught.value.code.name == "consent.missing"
    with pytest.raises(Problem) as caught:
        await put(house, alice, b"<svg onload=alert(1)>")
    assert caught.value.code.name == "avatar.unfit"
    assert await house.rows("select 1 as one from profile.avatar") == []
