"""Everything leaves in open formats when two people say so, and an empty installation takes it in again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.stories.app.transfer.conftest import bring, openid, row
from tests.stories.customer.conftest import VELVET_CLUB, House
from yumen.app.holdings import HOLDINGS
from yumen.app.transfer import consent_store, export_store, exporting, importing
from yumen.app.transfer.consent_store import Plan
from yumen.app.transfer.exporting import Manifest
from yumen.app.transfer.kinds import NAMES, kind_of
from yumen.customer import profile
from yumen.customer.identity import Apps
from yumen.customer.loyalty import check, ledger
from yumen.customer.loyalty.ledger import Source
from yumen.kit.crypto import sm3
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.security import access
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap, Purpose
from yumen.security.vault import Budget

MAP = DataMap(HOLDINGS, date(2026, 11, 25))
SECOND = "stf_0000000000000000000000000b"


async def no_pause(_: float) -> None:
    raise AssertionError("the budget is large enough")


async def approved(house: House) -> str:
    async with house.staff() as uow:
        approval = await four_eyes.propose(uow, exporting.EXPORT, exporting.FACTS)
    async with house.staff(SECOND) as uow:
        await four_eyes.approve(uow, approval, ["compliance"])
    return approval


async def export(house: House, folder: Path) -> Manifest:
    return await exporting.export(house.staff, MAP, folder, await approved(house), no_pause)


def rows_of(folder: Path, name: str) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in (folder / f"{name}.jsonl").read_bytes().splitlines()]


async def furnish(house: House, folder: Path) -> None:
    """Some people with phones, points, earlier orders and consents; one of them in two apps, one who owes."""
    people = [row(number, unionid=f"unionid-of-member-{number}") for number in range(620)]
    people.append(row(700, external_id="yz-1", app=VELVET_CLUB, unionid="unionid-of-member-1"))
    await bring(house, folder, people)
    await bring(house, folder, [f"yz-{n},,{n * 10},2031-05-01" for n in range(1, 600)] + ["yz-610,,-25,"], "points")
    await bring(house, folder, [f"yz-{n},A-{n},completed,500,,2024-05-01" for n in range(600)], "orders")
    said = ["yz-3,marketing,given,2024-05-01", "yz-4,marketing,given,2024-05-02", "yz-5,export,withdrawn,"]
    await bring(house, folder, said, "consents")
    known, _ = await house.come_back(openid(3))
    await house.agree(known.subject)
    await house.agree(known.subject, Purpose.MARKETING, given=False)
    async with house.unit() as uow:
        await profile.details.change(uow, known.subject, profile.details.Change(nickname="小玉"))
        await ledger.redeem(uow, known.subject, Source("order", "o-1", "redeem"), 7)


async def balances(house: House) -> list[tuple[object, ...]]:
    """What everybody has, named by their openid's index, which only depends on the key."""
    rows = await house.rows(
        "select a.openid_index, b.points, b.owed, (select count(*) from inbound.past_order p where p.subject_id ="
        " a.subject_id) as orders from identity.alias a left join loyalty.balance b using (subject_id) order by 1"
    )
    return [tuple(one.values()) for one in rows]


async def plan(house: House) -> list[Plan]:
    """Whom to ask again, by purpose."""
    async with house.unit() as uow:
        return await consent_store.plan(uow.conn, house.handler)


async def test_everything_goes_and_an_empty_house_has_the_same_balances(house: House, tmp_path: Path) -> None:
    await furnish(house, tmp_path)
    before, to_ask = await balances(house), await plan(house)
    assert [(one.purpose, one.given, one.to_ask) for one in to_ask] == [("marketing", 2, 1)]
    out = tmp_path / "out"
    manifest = await export(house, out)
    for entry in manifest.files:
        content = (out / entry.name).read_bytes()
        assert (sm3(content).hex(), content.count(b"\n")) == (entry.sm3, entry.rows)
    assert msgspec.json.decode((out / "manifest.json").read_bytes(), type=Manifest) == manifest

    async with await house.database.connect(Role.OWNER) as owner:
        await owner.execute("truncate identity.subject, inbound.run cascade")
    assert await balances(house) == []
    apps = house.services[Apps]
    assert isinstance(apps, Apps)
    for name in NAMES:
        kind = kind_of(name, apps, house.handler, house.clock.now())
        report = await importing.load(house.unit, kind, "yumen", out / "import" / f"{name}.jsonl")
        assert report.faults == []
        assert report.rows > 0
    assert await balances(house) == before
    assert [(one.purpose, one.to_ask) for one in await plan(house) if one.to_ask] == [("marketing", 1), ("profile", 1)]
    async with house.unit() as uow:
        recount = await check.check(uow)
    assert recount.sound
    (held,) = await house.rows("select sum(points)::bigint as points, sum(owed)::bigint as owed from loyalty.balance")
    assert (recount.totals["member"], recount.totals["owed"]) == (held["points"], -25)
    assert held == {"points": sum(n * 10 for n in range(1, 600)) - 7, "owed": 25}


async def test_values_are_opened_and_what_is_no_use_outside_is_left_out(house: House, tmp_path: Path) -> None:
    await furnish(house, tmp_path)
    out = tmp_path / "out"
    await export(house, out)
    aliases = rows_of(out, "tables/identity.alias")
    assert {one["openid"] for one in aliases} == {openid(number) for number in (*range(620), 700)}
    assert not any(name.endswith(("_sealed", "_index", "_subject")) for name in aliases[0])
    assert any(one["nickname"] == "小玉" for one in rows_of(out, "tables/profile.detail"))
    assert {one["external"] for one in rows_of(out, "tables/inbound.member")} >= {"yz-1", "yz-619"}
    assert not (out / "tables/identity.session.jsonl").exists()
    assert len(rows_of(out, "tables/loyalty.entry")) == 2 * 600 + 2
    assert {one["code"] for one in rows_of(out, "tables/identity.handler")} == {"velvet"}
    for schema in ("loyalty", "inbound", "profile", "consent"):
        for file in (out / "tables").glob(f"{schema}.*.jsonl"):
            (there,) = await house.rows(f"select count(*) as n from {file.stem}")
            assert (file.stem, len(file.read_bytes().splitlines())) == (file.stem, there["n"])
    kinds = [kind for kind, _ in await house.leaves("data.export_ordered", "data.exported")]
    assert kinds == ["data.export_ordered", "data.exported"]


async def test_every_table_belongs_to_a_handler_or_is_left_out_on_purpose(house: House) -> None:
    async with house.unit() as uow:
        tables = await export_store.list_tables(uow.conn)
    assert len(tables) > 30
    assert [table.name for table in tables if table.scope is None] == []
    declared = {column for field in MAP.fields() for column in field.columns}
    sealed = {f"{table.name}.{name}" for table in tables for name in table.columns if name.endswith("_sealed")}
    assert sorted(sealed - declared) == []


async def test_nothing_is_opened_without_a_second_person(house: House, tmp_path: Path) -> None:
    await bring(house, tmp_path, [row(1)])
    async with house.staff() as uow:
        alone = await four_eyes.propose(uow, exporting.EXPORT, exporting.FACTS)
    for approval, code in ((None, r"approval\.missing"), (alone, r"approval\.not_approved")):
        out = tmp_path / str(code)
        with pytest.raises(Problem, match=code):
            await exporting.export(house.staff, MAP, out, approval, no_pause)
        assert list(out.iterdir()) == []
    used = await approved(house)
    await exporting.export(house.staff, MAP, tmp_path / "out", used, no_pause)
    with pytest.raises(Problem, match=r"approval\.not_approved"):
        await exporting.export(house.staff, MAP, tmp_path / "again", used, no_pause)
    with pytest.raises(Problem, match=r"transfer\.folder_full"):
        await exporting.export(house.staff, MAP, tmp_path / "out", None, no_pause)
    assert access.policies().approvers[exporting.EXPORT] == {"compliance"}


async def test_an_export_waits_when_the_minute_is_spent_and_tells_the_erased_as_such(
    house: House, tmp_path: Path
) -> None:
    await bring(house, tmp_path, [row(number) for number in range(40)])
    known, _ = await house.come_back(openid(5))
    await house.vault.keyring.shred([known.subject], profile.PHONE.retention)
    seconds = [0.0]
    house.vault.budget = Budget(45, timer=lambda: seconds[0])
    waits: list[float] = []

    async def pause(wait_s: float) -> None:
        waits.append(wait_s)
        seconds[0] += 30.0

    await exporting.export(house.staff, MAP, tmp_path / "out", await approved(house), pause)
    assert waits
    phones = [one["phone"] for one in rows_of(tmp_path / "out", "tables/profile.phone")]
    assert (len(phones), phones.count(None)) == (40, 1)


async def test_a_long_file_tells_how_far_it_is(tmp_path: Path) -> None:
    async def rows() -> AsyncIterator[dict[str, int]]:
        for number in range(2 * exporting.TOLD_EVERY + 1):
            yield {"n": number}

    told: list[tuple[str, int]] = []
    entry = await exporting.Sheet(tmp_path, "long.jsonl", lambda *so_far: told.append(so_far)).write(rows())
    assert told == [("long.jsonl", rows) for rows in (10_000, 20_000, 20_001)]
    assert entry.rows == 20_001
