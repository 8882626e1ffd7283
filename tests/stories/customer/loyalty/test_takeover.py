"""Opening lots: booked once by their reference, in balance, with a card for whoever has none."""

from __future__ import annotations

from tests.stories.customer.conftest import House, house  # noqa: F401  # a fixture
from yumen.customer.loyalty import card, check, takeover
from yumen.customer.loyalty.takeover import Opened, Opening


async def test_opening_twice_books_once_and_says_what_differs(house: House) -> None:  # noqa: F811
    (first, _), (second, _) = await house.enrol("oFirst"), await house.enrol("oSecond")
    async with house.unit() as uow:
        await card.enrol(uow, first)
        number = await card.number_of(uow, await card.get(uow, first))
    openings = [Opening(first, "a", 100), Opening(second, "b", -20)]
    async with house.unit() as uow:
        assert await takeover.open_lots(uow, "sap", openings, dry=True) == [Opened.BOOKED, Opened.BOOKED]
    async with house.unit() as uow:
        assert await takeover.open_lots(uow, "sap", openings) == [Opened.BOOKED, Opened.BOOKED]
        assert await takeover.open_lots(uow, "sap", openings) == [Opened.BEFORE, Opened.BEFORE]
        later = [Opening(first, "a", 101), Opening(second, "c", 5)]
        assert await takeover.open_lots(uow, "sap", later) == [Opened.DIFFERS, Opened.OWES]
    async with house.unit() as uow:
        assert await card.number_of(uow, await card.get(uow, first)) == number
        assert (await card.get(uow, second)).subject == second
        recount = await check.check(uow)
    assert (recount.sound, recount.totals) == (True, {"member": 100, "owed": -20, "adjusted": -80})
