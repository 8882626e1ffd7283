"""Members of another system move in: recognised by WeChat's names only, once, and never over what was told here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stories.app.transfer.conftest import HEADS, bring, openid, row
from tests.stories.customer.conftest import VELVET_CLUB, House
from yumen.app.holdings import HOLDINGS
from yumen.app.transfer import batch, consent_store, importing, lines, releasing, store
from yumen.app.transfer.kind import Kind
from yumen.app.transfer.kinds import kind_of
from yumen.app.transfer.lines import Fault
from yumen.customer import profile
from yumen.customer.consent import basis
from yumen.customer.identity import Apps
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose


async def counts(house: House) -> Mapping[str, object]:
    query = """select (select count(*) from identity.subject) as subjects,
        (select count(*) from identity.alias) as names,
        (select count(*) from profile.phone) as phones, (select count(*) from inbound.member) as members,
        (select count(*) from inbound.waiting) as waiting, (select count(*) from trail.entry) as leaves"""
    return (await house.rows(query))[0]


async def person_of(house: House, number: int) -> SubjectId:
    known, _ = await house.come_back(openid(number))
    return known.subject


async def test_members_come_in_once_and_a_second_run_changes_nothing(house: House, tmp_path: Path) -> None:
    rows = [row(number) for number in range(2_300)]
    first = await bring(house, tmp_path, rows)
    assert (first.rows, first.taken, first.unchanged, first.refused) == (2_300, 2_300, 0, 0)
    before = await counts(house)
    assert {name: before[name] for name in ("subjects", "names", "phones", "members", "waiting")} == dict.fromkeys(
        ("subjects", "names", "phones", "members", "waiting"), 2_300
    )
    assert await house.leaves("inbound.brought") == [("inbound.brought", None)] * 3
    again = await bring(house, tmp_path, rows)
    assert (again.again, again.run) == (True, first.run)
    other = await bring(house, tmp_path, list(reversed(rows)))
    assert (other.taken, other.unchanged, other.refused) == (0, 2_300, 0)
    assert await counts(house) == before


async def test_a_member_logs_in_as_the_person_who_was_brought_and_is_known_since_then(
    house: House,
    tmp_path: Path,
) -> None:
    await bring(house, tmp_path, [row(1)])
    known, _ = await house.come_back(openid(1))
    (there,) = await house.rows("select enrolled_at from identity.subject where id = %s", known.subject)
    assert there["enrolled_at"] == datetime(2020, 3, 1, 2, 0, tzinfo=UTC)
    async with house.unit() as uow:
        shown = await profile.phone.find(uow, known.subject)
    assert shown is not None
    assert shown.masked.endswith("001")


async def test_who_is_here_already_keeps_what_they_told_here(house: House, tmp_path: Path) -> None:
    subject, _ = await house.enrol(openid(1))
    async with house.unit() as uow:
        await profile.phone.bind(uow, subject, profile.phone.Number("+8613900009999", "code"))
    report = await bring(house, tmp_path, [row(1)])
    assert report.taken == 1
    assert (await counts(house))["subjects"] == 1
    async with house.unit() as uow:
        shown = await profile.phone.find(uow, subject)
    assert shown is not None
    assert shown.masked.endswith("999")


async def test_a_unionid_joins_two_apps_and_a_phone_joins_nobody(house: House, tmp_path: Path) -> None:
    rows = [
        row(1, unionid="unionid-of-one-person", phone="13800000001"),
        row(2, app=VELVET_CLUB, unionid="unionid-of-one-person", phone="13800000001"),
        row(3, phone="13800000001"),
        row(4, openid="", app="", phone="13800000001"),
    ]
    report = await bring(house, tmp_path, rows)
    assert (report.taken, report.refused) == (4, 0)
    there = await counts(house)
    assert (there["subjects"], there["names"], there["members"], there["phones"]) == (3, 3, 4, 3)


async def test_names_that_mean_different_people_are_a_contradiction_and_change_nobody(
    house: House,
    tmp_path: Path,
) -> None:
    await bring(house, tmp_path, [row(1, unionid="unionid-of-the-first"), row(2, unionid="unionid-of-the-second")])
    before = await counts(house)
    report = await bring(house, tmp_path, [row(1, external_id="yz-9", unionid="unionid-of-the-second")])
    assert report.faults == [Fault(2, "", "transfer.contradiction")]
    assert await counts(house) == before


async def test_a_dry_run_tells_the_same_and_writes_nothing(house: House, tmp_path: Path) -> None:
    before = await counts(house)
    keys = "select count(*) as n from inbound.run"
    rows = [
        row(1),
        row(2, phone="12"),
        row(3, birthday="1990-02-31"),
        row(4, app="wx00000000000000b1"),
        row(5, openid=""),
    ]
    report = await bring(house, tmp_path, rows, dry=True)
    assert (report.rows, report.taken, report.refused) == (5, 1, 4)
    assert [(fault.line, fault.field) for fault in report.faults] == [
        (3, "phone"), (4, "birthday"), (5, "app"), (6, "openid"),
    ]  # fmt: skip
    assert await counts(house) == before
    assert (await house.rows(keys))[0]["n"] == 0
    real = await bring(house, tmp_path, rows)
    assert (real.taken, real.refused, real.faults) == (1, 4, report.faults)


async def test_a_run_that_stops_anywhere_goes_on_where_it_was(house: House, tmp_path: Path) -> None:
    rows = [row(number, **({"phone": "?"} if number == 5 else {})) for number in range(3_100)]
    seen: list[int] = []

    class Killed(Exception):
        pass

    def stop(done: int) -> None:
        seen.append(done)
        if done == 2_000:
            raise Killed

    file = tmp_path / "members.csv"
    file.write_text("\n".join([HEADS["members"], *rows]) + "\n", encoding="utf-8")
    apps = house.services[Apps]
    assert isinstance(apps, Apps)
    kind = kind_of("members", apps, house.handler, house.clock.now())
    with pytest.raises(Killed):
        await importing.load(house.unit, kind, "youzan", file, told=stop)
    assert (await counts(house))["members"] == 1_999
    report = await importing.load(house.unit, kind, "youzan", file)
    assert (report.rows, report.skipped, report.taken, report.refused) == (3_100, 2_000, 3_099, 1)
    assert report.faults == [Fault(7, "phone", "transfer.field_unfit")]
    assert (await counts(house))["members"] == 3_099
    async with house.unit() as uow:
        (run,) = await store.list_runs(uow.conn, uow.handler)
    assert (run.rows_done, run.ended_at is not None) == (3_100, True)


async def test_two_processes_at_one_file_do_not_take_a_row_twice(house: House, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text("\n".join([HEADS["members"], *(row(number) for number in range(1_500))]) + "\n", encoding="utf-8")
    apps = house.services[Apps]
    assert isinstance(apps, Apps)
    kind = kind_of("members", apps, house.handler, house.clock.now())
    async with house.unit() as uow:
        run = await store.begin(uow.conn, uow.handler, "members", "youzan", lines.hash_of(file), uow.now)
    with pytest.raises(Problem, match=r"transfer\.run_elsewhere"):
        async with house.unit() as uow:
            if not await store.go_on(uow.conn, run.id, 1_000, 500, (500, 0, 0)):
                raise importing.RUN_ELSEWHERE()
    report = await importing.load(house.unit, kind, "youzan", file)
    assert report.taken == 1_500


async def test_nickname_and_birthday_wait_for_consent_and_a_no_takes_them_away(
    house: House,
    tmp_path: Path,
) -> None:
    await bring(house, tmp_path, [row(1), row(2), row(3)])
    first, second = await person_of(house, 1), await person_of(house, 2)
    async with house.unit() as uow:
        assert await releasing.release(uow, first) is False
        assert await profile.details.find(uow, first) == profile.details.Details()
    await house.agree(first)
    await house.agree(second, given=False)
    async with house.unit() as uow:
        assert await releasing.release(uow, first) is True
        assert await releasing.release(uow, second) is False
        known = await profile.details.find(uow, first)
        other = await profile.details.find(uow, second)
    assert (known.nickname, known.birthday) == ("会员1", "1990-05-17")
    assert other == profile.details.Details()
    assert (await counts(house))["waiting"] == 1
    house.clock.offset = timedelta(days=181)
    await releasing.forget_waiting_job(house.work, {})
    assert (await counts(house))["waiting"] == 0


async def test_who_was_erased_does_not_come_back_with_the_next_file(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1)])
    person = await person_of(house, 1)
    async with house.unit() as uow:
        told = [await holding.hand_over(uow, person) for holding in HOLDINGS if holding.name.startswith("inbound.") and
                holding.hand_over]  # fmt: skip
        for holding in HOLDINGS:
            if holding.erase and not holding.name.startswith("access."):
                await holding.erase(uow, person)
    assert {"external": [{"source": "youzan", "external": "yz-1"}]} in told
    assert {"nickname": "会员1", "birthday": "1990-05-17"} in told
    report = await bring(house, tmp_path, [row(1), row(2)])
    assert report.faults == [Fault(2, "external_id", "transfer.erased")]
    assert report.taken == 1


async def test_a_legacy_consent_permits_nothing_and_says_whom_to_ask(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1), row(2), row(3)])
    said = [f"yz-{n},marketing,given,2023-01-0{n}" for n in (1, 2, 3)] + [
        "yz-4,marketing,given,",
        "yz-1,account,given,",
    ]
    report = await bring(house, tmp_path, said, "consents")
    assert (report.taken, report.refused) == (3, 2)
    assert [(fault.line, fault.field, fault.code) for fault in report.faults] == [
        (5, "external_id", "transfer.member_unknown"), (6, "purpose", "transfer.field_unfit"),
    ]  # fmt: skip
    person = await person_of(house, 1)
    async with house.unit() as uow:
        with pytest.raises(Problem, match=r"consent\.missing"):
            await basis.require(uow, person, Purpose.MARKETING)
    await house.agree(person, Purpose.MARKETING)
    await house.agree(await person_of(house, 2), Purpose.MARKETING, given=False)
    async with house.unit() as uow:
        (plan,) = await consent_store.plan(uow.conn, uow.handler)
    assert (plan.given, plan.confirmed, plan.declined, plan.to_ask) == (3, 1, 1, 1)
    again = await bring(house, tmp_path, said[:3], "consents")
    assert (again.taken, again.unchanged) == (0, 3)


async def test_nothing_that_was_brought_lies_in_clear(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(77)])
    found = []
    for table in ("inbound.member", "inbound.waiting", "identity.alias", "profile.phone", "trail.entry", "inbound.run"):
        rows = await house.rows(f"select t.*::text as said from {table} t")
        found += [table for one in rows for said in ("yz-77", openid(77), "13800000077", "会员77") if said in str(one)]
    assert found == []


def test_lines_that_share_a_name_are_taken_one_after_another() -> None:
    async def take(*_: object) -> list[object]:
        return []

    kind = Kind("members", {}, str, lambda item: item.split("+"), take)  # type: ignore[arg-type]
    rounds = batch._rounds(kind, dict(enumerate(["a", "b", "a", "b+c", "c", "d"])))
    assert rounds == [[0, 1, 5], [2, 3], [4]]
