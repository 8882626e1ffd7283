"""Points of another system become opening lots: booked once, in balance, for members only."""

from __future__ import annotations

from pathlib import Path

from tests.stories.app.transfer.conftest import bring, openid, row
from tests.stories.customer.conftest import House
from yumen.app.transfer.lines import Fault
from yumen.customer.loyalty import card, check, ledger
from yumen.customer.loyalty.ledger import Source


async def test_lots_are_booked_once_and_the_books_balance(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(number) for number in range(1_200)])
    rows = [f"yz-{number},a,{number + 1}," for number in range(1_200)]
    rows += [f"yz-{number},b,50,2030-01-31" for number in range(1_200)]
    report = await bring(house, tmp_path, rows, "points")
    assert (report.taken, report.refused) == (2_400, 0)
    async with house.unit() as uow:
        recount = await check.check(uow)
    total = sum(range(1, 1_201)) + 1_200 * 50
    assert recount.sound
    assert (recount.postings, recount.totals) == (2_400, {"member": total, "adjusted": -total})
    again = await bring(house, tmp_path, list(reversed(rows)), "points")
    assert (again.taken, again.unchanged) == (0, 2_400)
    async with house.unit() as uow:
        assert (await check.check(uow)).digest() == recount.digest()


async def test_opened_points_can_be_spent_by_a_member_with_a_card(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1)])
    await bring(house, tmp_path, ["yz-1,,100,", "yz-1,late,30,2031-01-01"], "points")
    known, _ = await house.come_back(openid(1))
    async with house.unit() as uow:
        member = await card.get(uow, known.subject)
        assert len(await card.number_of(uow, member)) == 16
        await ledger.redeem(uow, known.subject, Source("order", "x-1", "redeem"), 120)
        assert (await check.check(uow)).sound
    (held,) = await house.rows("select points, owed from loyalty.balance")
    assert (held["points"], held["owed"]) == (10, 0)


async def test_what_does_not_fit_is_refused_and_books_nothing(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1), row(2)])
    await bring(house, tmp_path, ["yz-1,a,100,", "yz-2,,-30,"], "points")
    rows = ["yz-1,a,101,", "yz-2,b,40,", "yz-9,,5,", "yz-1,c,0,", "yz-1,d,5,2019-01-01", "yz-1,e,-5,2031-01-01"]
    report = await bring(house, tmp_path, rows, "points")
    assert report.taken == 0
    assert report.faults == [
        Fault(2, "points", "transfer.points_differ"),
        Fault(3, "points", "transfer.points_owed"),
        Fault(4, "external_id", "transfer.member_unknown"),
        Fault(5, "points", "transfer.field_unfit"),
        Fault(6, "expires_at", "transfer.field_unfit"),
        Fault(7, "expires_at", "transfer.field_unfit"),
    ]
    held = await house.rows("select points, owed from loyalty.balance order by subject_id")
    assert [(one["points"], one["owed"]) for one in held] == [(100, 0), (0, 30)]
    async with house.unit() as uow:
        assert (await check.check(uow)).sound


async def test_a_dry_run_books_nothing(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1)])
    report = await bring(house, tmp_path, ["yz-1,a,100,"], "points", dry=True)
    assert report.taken == 1
    assert await house.rows("select 1 from loyalty.posting union all select 1 from loyalty.balance") == []
