"""Many persons at once: whom each subject stands for, who was erased, and the living in ascending order."""

from __future__ import annotations

from tests.stories.customer.conftest import RIVAL, House, house  # noqa: F401  # a fixture
from yumen.customer.identity import people, subjects
from yumen.customer.identity.holdings import erase_aliases
from yumen.kit.ids import SubjectId


async def test_after_a_merge_both_subjects_mean_the_winner(house: House) -> None:  # noqa: F811
    (winner, _), (loser, _), (other, _) = [await house.enrol(name) for name in ("oA", "oB", "oC")]
    stranger, _ = await house.enrol("oD", appid=RIVAL)
    async with house.unit() as uow:
        await subjects.link(uow, loser, winner, "staff")
        await erase_aliases(uow, other)
        found = await people.find(uow.conn, uow.handler, [winner, loser, other, stranger, SubjectId(10**9)])
        ref = (await subjects.get(uow, winner)).ref
    assert {subject: (one.person, one.erased) for subject, one in found.items()} == {
        winner: (winner, False),
        loser: (winner, False),
        other: (other, True),
    }
    assert found[loser].ref == ref


async def test_only_living_persons_page_by_page(house: House) -> None:  # noqa: F811
    everybody = [(await house.enrol(f"o{n}"))[0] for n in range(5)]
    async with house.unit() as uow:
        await subjects.link(uow, everybody[1], everybody[0], "staff")
        await erase_aliases(uow, everybody[3])
        first = await people.page(uow.conn, uow.handler, SubjectId(0), 2)
        rest = await people.page(uow.conn, uow.handler, first[-1], 2)
        counted = await people.count(uow.conn, uow.handler)
    assert [*first, *rest] == [everybody[0], everybody[2], everybody[4]]
    assert counted == 3
