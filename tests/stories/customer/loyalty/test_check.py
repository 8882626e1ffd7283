"""The nightly count finds what is amiss, and its digest stands in the trail."""

import msgspec
import pytest

from yumen.customer.loyalty import LedgerUnsound, check
from yumen.kit.db import Role


async def spoil(club, statement):
    async with await club.house.database.connect(Role.OWNER) as owner:
        await owner.execute(statement)


async def test_a_sound_ledger_is_recorded_with_its_digest(club):
    alice = await club.member()
    await club.earn(alice, 100)
    await check.check_job(club.house.work, {"handler": club.house.handler})
    row = (await club.house.rows("select body from trail.entry order by id desc limit 1"))[0]
    kind, facts = msgspec.json.decode(row["body"])[1::4]
    assert kind == "loyalty.checked"
    assert facts["digest"] == (await club.recount()).digest().hex()
    assert {name: facts[name] for name in ("postings", "entries", "unbalanced", "balances", "lots")} == {
        "postings": 1, "entries": 2, "unbalanced": 0, "balances": 0, "lots": 0,
    }  # fmt: skip


async def test_the_digest_moves_with_every_posting(club):
    alice = await club.member()
    await club.earn(alice, 100)
    before = (await club.recount()).digest()
    await club.redeem(alice, 1)
    assert (await club.recount()).digest() != before


async def test_an_empty_ledger_is_sound(club):
    found = await club.recount()
    assert (found.sound, found.postings, found.totals) == (True, 0, {})


SPOILED = [
    ("update loyalty.balance set points = points + 1", (0, 1, 0)),
    ("update loyalty.balance set owed = 5", (0, 1, 0)),
    ("update loyalty.lot set left_points = left_points + 1", (0, 0, 1)),
    ("update loyalty.entry set points = points + 1 where account = 'issued'", (1, 0, 0)),
    ("delete from loyalty.entry", (1, 1, 1)),
    ("delete from loyalty.balance", (0, 1, 0)),
]


@pytest.mark.parametrize(("statement", "amiss"), SPOILED)
async def test_each_kind_of_difference_is_found_and_told(club, statement, amiss):
    await club.earn(await club.member(), 100)
    await spoil(club, statement)
    found = await club.recount()
    assert (found.unbalanced, found.balances, found.lots) == amiss
    assert not found.sound
    assert [event for event in club.house.ear.heard if isinstance(event, LedgerUnsound)] == [
        LedgerUnsound(club.house.handler, *amiss)
    ]
