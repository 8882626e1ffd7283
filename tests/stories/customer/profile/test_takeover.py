"""Phones of another system are taken over where there is none."""

from __future__ import annotations

from tests.stories.customer.conftest import House
from yumen.customer.profile import phone, takeover


async def test_a_phone_that_was_bound_here_stays(house: House) -> None:
    (first, _), (second, _) = await house.enrol("oFirst"), await house.enrol("oSecond")
    async with house.unit() as uow:
        await phone.bind(uow, first, phone.Number("+8613900000001", "code"))
    async with house.unit() as uow:
        got = await takeover.put_phones(uow, {first: "+8613900000002", second: "+8613900000003"})
        shown = [await phone.find(uow, person) for person in (first, second)]
    assert got == {second}
    assert [one.masked[-3:] for one in shown if one] == ["001", "003"]
