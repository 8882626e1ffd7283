"""Booking: nobody twice, nobody without room, nothing without its ledger row; whatever happens at once."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import Cluster
from tests.stories.border.conftest import Border, allow
from yumen.border.booking import Bookings, Passage, State, Way
from yumen.border.verdict import Allow, Counter, Deny, Hold, Room
from yumen.kit.clock import Clock
from yumen.kit.db import Role
from yumen.kit.errors import Problem

HELD = Hold("export.notice_missing", "pipl_39")
DENIED = Deny("export.separate_consent_missing", "pipl_39")
EXEMPT = Allow("export.contract_necessity", "order16_5_1", Counter.CONTRACT, Room(), "order16_5_1")


async def test_a_person_counts_once_over_all_contracts(border: Border) -> None:
    first = await border.book(7, allow())
    again = await border.book(7, allow(), contract=2)
    assert (first.verdict, first.counted, again.verdict, again.counted) == (0, Counter.GENERAL, 0, 0)
    assert await border.used() == 1
    ledger = await border.rows("select contract_id, counted, state from border.transfer order by contract_id")
    assert [(row["contract_id"], row["counted"], row["state"]) for row in ledger] == [
        (1, 1, State.QUEUED),
        (2, 0, State.QUEUED),
    ]
    assert len(await border.rows("select * from border.outbound")) == 2


async def test_the_last_place_is_given_once_and_the_next_is_held(border: Border) -> None:
    outcomes = await asyncio.gather(*(border.book(subject, allow(general_max=5)) for subject in range(1, 21)))
    assert sorted(one.verdict for one in outcomes) == [0] * 5 + [1] * 15
    assert {one.code for one in outcomes if one.verdict} == {"export.general_full"}
    assert await border.used() == 5
    assert len(await border.rows("select * from border.outbound")) == 5
    assert len(await border.rows("select * from border.transfer where state = 0 and verdict = 1")) == 15


async def test_with_no_room_for_sensitive_nobody_passes(border: Border) -> None:
    assert (await border.book(1, allow(counters=Counter.SENSITIVE))).code == "export.sensitive_full"


async def test_a_mechanism_with_more_room_goes_on_where_another_stops(border: Border) -> None:
    for subject in (1, 2):
        await border.book(subject, allow(general_max=2))
    assert (await border.book(3, allow(general_max=2))).verdict == 1
    assert (await border.book(3, allow(general_max=10))).verdict == 0
    assert (await border.book(1, allow(general_max=2))).verdict == 1, "counted, yet the year is above that line now"
    raised = await border.rows("select persons from border.meter_change where kind = 'ceiling' order by id")
    assert [row["persons"] for row in raised] == [2, 10]


async def test_a_refusal_is_a_ledger_row_and_counts_nobody(border: Border) -> None:
    assert [(await border.book(1, verdict)).verdict for verdict in (HELD, DENIED)] == [1, 2]
    rows = await border.rows("select verdict, code, state, counted from border.transfer order by verdict")
    assert [(row["verdict"], row["code"], row["state"], row["counted"]) for row in rows] == [
        (1, HELD.code, 0, 0),
        (2, DENIED.code, 0, 0),
    ]
    assert await border.used() == 0
    assert await border.rows("select * from border.outbound") == []


async def test_the_exempt_are_counted_apart_and_take_no_room(border: Border) -> None:
    assert (await border.book(1, EXEMPT)).verdict == 0
    assert (await border.used(Counter.CONTRACT), await border.used()) == (1, 0)


async def test_both_counters_grow_for_a_contract_with_both_kinds(border: Border) -> None:
    both = allow(counters=Counter.GENERAL | Counter.SENSITIVE, sensitive_max=1)
    assert (await border.book(1, both)).counted == 3
    assert (await border.book(2, both)).code == "export.sensitive_full"
    assert (await border.used(), await border.used(Counter.SENSITIVE)) == (1, 1)


async def test_the_same_key_answers_the_first_outcome_and_moves_nothing(border: Border) -> None:
    key = border.key()
    first = await border.book(1, allow(), key)
    together = await asyncio.gather(*(border.book(1, allow(), key) for _ in range(8)))
    later = await border.book(1, DENIED, key)
    assert not first.repeated
    assert {(one.verdict, one.code, one.repeated) for one in (*together, later)} == {(0, "export.small", True)}
    assert (await border.used(), len(await border.rows("select * from border.transfer"))) == (1, 1)


async def test_a_new_key_twice_in_one_batch_is_one_booking(border: Border) -> None:
    key = border.key()
    outcomes = await asyncio.gather(*(border.book(1, allow(), key) for _ in range(8)))
    assert sorted(one.repeated for one in outcomes) == [False] + [True] * 7
    assert len(await border.rows("select * from border.transfer")) == 1


async def test_after_a_merge_the_survivor_counts_and_nothing_is_lowered(border: Border) -> None:
    await border.book(5, allow())
    await border.do("update identity.subject set stands_for = 3 where id = 5")
    booked = await border.book(5, allow())
    assert (booked.person, booked.counted) == (3, Counter.GENERAL)
    assert (await border.book(3, allow())).counted == 0
    assert await border.used() == 2
    await border.do("update identity.subject set stands_for = null where id = 5")
    assert (await border.book(5, allow())).counted == 0
    assert await border.used() == 2


async def test_an_erased_person_does_not_leave_even_if_judged_before(border: Border) -> None:
    await border.do("update identity.subject set erased_at = now() where id = 9")
    assert (await border.book(9, allow())).code == "export.erased"
    assert await border.used() == 0


async def test_a_person_of_another_handler_is_unknown(border: Border) -> None:
    with pytest.raises(Problem, match=r"border\.subject_unknown"):
        await border.book(9, allow(), handler=border.handler + 1)
    with pytest.raises(Problem, match=r"border\.subject_unknown"):
        await border.book(100_000, allow())


async def test_what_was_judged_by_older_rules_is_judged_again(border: Border) -> None:
    await border.do("insert into border.ruling (handler_id, version) values (%s, 4)", border.handler)
    with pytest.raises(Problem, match=r"border\.judge_again"):
        await border.book(1, allow(), rules=3)
    assert (await border.book(1, allow(), rules=4)).verdict == 0
    assert len(await border.rows("select * from border.transfer")) == 1


async def test_the_year_turns_at_midnight_in_china(border: Border) -> None:
    before, after = datetime(2026, 12, 31, 15, 59, 30, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, 30, tzinfo=UTC)
    border.clock.offset = before - datetime.now(UTC)
    yesterday = border.today
    await border.book(1, allow(general_max=1))
    border.clock.offset = after - datetime.now(UTC)
    with pytest.raises(Problem, match=r"border\.judge_again"):
        await border.book(2, allow(general_max=1), judged_on=yesterday)
    assert (await border.book(2, allow(general_max=1))).verdict == 0
    assert (await border.book(1, allow(general_max=1))).verdict == 1
    years = await border.rows("select year, used from border.meter order by year")
    assert [(row["year"], row["used"]) for row in years] == [(2026, 1), (2027, 1)]


async def test_a_view_is_seen_and_not_queued(border: Border) -> None:
    seen = Allow("export.small", "order16_5_4", Counter.GENERAL | Counter.OPENED, Room(9, 0), "order16_8")
    assert (await border.book(1, seen, way=Way.OPENED)).counted == Counter.GENERAL | Counter.OPENED
    rows = await border.rows("select state, way from border.transfer")
    assert [(row["state"], row["way"]) for row in rows] == [(State.SEEN, Way.OPENED)]
    assert await border.rows("select * from border.outbound") == []


async def test_many_writers_are_exact_while_backends_are_killed(border: Border, cluster: Cluster) -> None:
    """Three processes' lanes, keys retried, connections cut: meter, counted persons and ledger agree, at the line."""
    await border.do("update identity.subject set stands_for = 1 where id in (2, 3)")
    lanes = [Bookings(border.database.pool(Role.APP), Clock()) for _ in range(3)]
    chance = random.Random(7)
    passages = [border.passage(chance.randint(1, 400), allow(general_max=150)) for _ in range(600)]

    async def stubborn(lane: Bookings, passage: Passage) -> None:
        for _ in range(50):
            try:
                await lane.book(passage)
            except Problem:
                await asyncio.sleep(0.01)
            else:
                return
        pytest.fail("never booked")

    async def murder() -> None:
        for _ in range(5):
            await asyncio.sleep(0.03)
            await cluster.admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where usename = 'yumen_app' and datname = %s and random() < 0.3",
                (conninfo_to_dict(border.database.urls[Role.APP])["dbname"],),
            )

    await asyncio.gather(
        murder(), *(stubborn(lane, passage) for passage in passages for lane in chance.sample(lanes, 2))
    )
    for lane in lanes:
        await lane.close()
    (row,) = await border.rows(
        """
        select (select used from border.meter) as used, (select count(*) from border.metered) as metered,
               (select count(distinct subject_id) from border.transfer where verdict = 0) as ledger,
               (select sum(counted) from border.transfer) as counted, (select count(*) from border.transfer) as asked,
               (select count(*) from border.outbound) as outbound,
               (select count(*) from border.transfer where verdict = 0) as passed
        """
    )
    assert (row["used"], row["metered"], row["ledger"], row["counted"]) == (150, 150, 150, 150)
    assert row["asked"] == 600
    assert row["outbound"] == row["passed"]


async def test_the_check_of_the_meter_stops_what_the_lane_would_miss(border: Border) -> None:
    await border.book(1, allow(general_max=3))
    with pytest.raises(Exception, match="violates check constraint"):
        await border.do("update border.meter set used = 4 where counter = 1")
