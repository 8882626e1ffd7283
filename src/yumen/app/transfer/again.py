"""Tell a handler's people, points, orders and consents in the words that `yumen import` reads.

So that an empty installation, fed with these, has the same people and the same balances. Consents arrive there as the
word of another system, which they are: nickname and birthday wait for a new one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Final, LiteralString

from psycopg.rows import DictRow

from yumen.app.transfer import export_store as store
from yumen.app.transfer.consents import ASKED
from yumen.app.transfer.opening import Pause, Place, Units, opened
from yumen.customer.identity import OPENID, UNIONID
from yumen.customer.loyalty import ledger
from yumen.customer.profile import BIRTHDAY, NICKNAME, PHONE
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Field

Rows = AsyncIterator[Mapping[str, object]]

FIRST: Final = 0
TOLD: Final = (("phone", PHONE), ("nickname", NICKNAME), ("birthday", BIRTHDAY))


def sheets(units: Units, pause: Pause) -> dict[str, Rows]:
    """The files by name, in the order in which they are brought."""
    return {
        "members": _members(units, pause),
        "points": _points(units),
        "orders": _orders(units),
        "consents": _consents(units),
    }


async def _members(units: Units, pause: Pause) -> Rows:
    """A line for each name that WeChat has for a person; one without any has one line too."""
    async for persons, (names, told) in _by_person(units, store.NAMES, store.TOLD):
        for line in await _lines_of(units, persons, names, told, pause):
            yield line


async def _lines_of(
    units: Units, persons: list[DictRow], names: list[DictRow], told: list[DictRow], pause: Pause
) -> list[dict[str, str]]:
    places: list[Place] = []
    for_whom: list[tuple[dict[str, str], str]] = []

    def ask(row: DictRow, into: dict[str, str], name: str, field: Field) -> None:
        sealed = row[f"{name}_sealed"]
        if sealed is not None and name not in into:
            places.append((SubjectId(row["subject_id"]), field, bytes(sealed)))
            for_whom.append((into, name))
            into[name] = ""

    about: dict[int, dict[str, str]] = {person["id"]: {} for person in persons}
    for row in told:
        for name, field in TOLD:
            ask(row, about[row["person"]], name, field)
    named: dict[int, list[dict[str, str]]] = {}
    for row in names:
        one = {"app": row["appid"]}
        named.setdefault(row["person"], []).append(one)
        ask(row, one, "openid", OPENID)
        ask(row, one, "unionid", UNIONID)
    for (into, name), value in zip(for_whom, await opened(units, places, pause), strict=True):
        into[name] = "" if value is None else value.decode()
    return [
        {"external_id": person["ref"], "member_since": person["enrolled_at"].isoformat()} | about[person["id"]] | one
        for person in persons
        for one in named.get(person["id"], [{}])
    ]


async def _points(units: Units) -> Rows:
    async for lot in _paged(units, store.LOTS, FIRST):
        line = {"external_id": lot["ref"], "lot_id": str(lot["id"]), "points": lot["points"]}
        yield line if lot["expires_at"] == ledger.NEVER else line | {"expires_at": lot["expires_at"].isoformat()}
    async for debt in _paged(units, store.DEBTS, FIRST):
        yield {"external_id": debt["ref"], "lot_id": "owed", "points": debt["points"]}


async def _orders(units: Units) -> Rows:
    """Orders that have come to an end; those under way are in `tables/`."""
    for query in (store.ORDERS, store.PAST):
        async for order in _paged(units, query, ""):
            yield {
                "external_id": order["ref"], "number": order["number"], "state": order["state"],
                "total_fen": order["total_fen"], "refunded_fen": order["refunded_fen"],
                "placed_at": order["placed_at"].isoformat(), "lines": order["lines"] or [],
            }  # fmt: skip


async def _consents(units: Units) -> Rows:
    """Answers given here, then what another system said of those who were never asked here."""
    asked = {purpose.value for purpose in ASKED}
    async for answer in _paged(units, store.ANSWERS, ""):
        if answer["purpose"] in asked:
            yield _answer_line(answer)
    async for _, (answers,) in _by_person(units, store.LEGACY):
        for answer in answers:
            yield _answer_line(answer)


def _answer_line(answer: DictRow) -> dict[str, str]:
    line = {"external_id": answer["ref"], "purpose": answer["purpose"], "state": answer["state"]}
    at = answer["answered_at"]
    return line if at is None else line | {"answered_at": at.isoformat()}


async def _by_person(units: Units, *queries: LiteralString) -> AsyncIterator[tuple[list[DictRow], list[list[DictRow]]]]:
    """Pages of persons, with what each query says of them."""
    after = FIRST
    while True:
        async with units() as uow:
            persons = await store.page(uow.conn, store.PERSONS, uow.handler, after, uow.now)
            ids = [person["id"] for person in persons]
            found = [await store.of_persons(uow.conn, query, ids) for query in queries]
        yield persons, found
        if len(persons) < store.PAGE:
            return
        after = persons[-1]["id"]


async def _paged(units: Units, query: LiteralString, first: int | str) -> AsyncIterator[DictRow]:
    after = first
    while True:
        async with units() as uow:
            rows = await store.page(uow.conn, query, uow.handler, after, uow.now)
        for row in rows:
            yield row
        if len(rows) < store.PAGE:
            return
        after = rows[-1]["id"]
