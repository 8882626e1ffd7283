"""A view by somebody who sits abroad is an export (CAC answers of 2025-10-31, question 5): booked before it is shown.

Persons opened and persons within reach are both counted; which of the two takes headroom is a setting that names who
decided. Everybody goes through the one booking lane, so that whoever was sent and is seen counts once.

    viewed = await book_view(work, gate, View(id, handler, "members-crm", "FR", opened, reachable))
    viewed.opened       # these may be shown; of everybody else it is said why not
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from yumen.border import ExportContract, Passage, ViewRule, Way, as_view, filings, is_abroad, prepare
from yumen.border.booking import JUDGE_AGAIN, Booked
from yumen.gateway import closing, standings, view_store
from yumen.gateway.departing import CLOSED
from yumen.gateway.gate import Gate, gateway_actor
from yumen.gateway.rehearsing import NOT_IN_FORCE
from yumen.kit.clock import shanghai_day
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code, Problem
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

UNDECIDED: Final = Code("gateway.views_undecided", 409)
"""Nobody has decided which persons a view from abroad books: there is no default, so nobody is shown."""

VIEWED: Final = LeafKind("gateway.viewed", "view", "contract", "country", "opened", "reachable")

ATTEMPTS_MAX: Final = 3
TIME_BITS: Final = 80
UNKNOWN_PERSON: Final = "border.subject_unknown"


class View(Struct, frozen=True):
    """What somebody wants to see. `id` is the caller's, ordered by time (UUIDv7): the same view again books nothing.

    `country` is where they sit; None: not known, and so abroad. Whoever is opened is within reach.
    """

    id: UUID
    handler: HandlerId
    contract: str
    country: str | None
    opened: Sequence[SubjectId]
    reachable: Sequence[SubjectId] = ()


class Viewed(Struct, frozen=True):
    """Who may be opened and who may be within reach, as persons (after merges); the code for everybody else."""

    opened: frozenset[SubjectId] = frozenset()
    reachable: frozenset[SubjectId] = frozenset()
    refused: Mapping[SubjectId, str] = {}


class _Judged(Struct, frozen=True):
    """Everybody's passage into reach and, after it, into sight."""

    reach: Sequence[Passage]
    sight: Sequence[Passage]
    unknown: Sequence[SubjectId]


async def book_view(work: Work, gate: Gate, view: View) -> Viewed:
    """Judge and book everybody; then whoever passed may be shown. Inside the mainland nothing is booked.

    Raises `gateway.views_undecided`, `gateway.contract_not_in_force`, `gateway.border_closed`, `border.judge_again`.
    """
    wanted = frozenset({*view.opened, *view.reachable})
    if not is_abroad(view.country):
        return Viewed(frozenset(view.opened), wanted)
    rule = gate.views.get(view.handler)
    if rule is None:
        raise UNDECIDED()
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            viewed = await _booked(gate, await _judge(work, gate, view, rule))
            break
        except Problem as turned:
            if turned.code is not JUDGE_AGAIN or attempt == ATTEMPTS_MAX:
                raise
    async with work.begin(gateway_actor(view.handler)) as uow:
        await _write_down(uow, view, viewed)
    return viewed


async def _judge(work: Work, gate: Gate, view: View, rule: ViewRule) -> _Judged:
    async with work.begin(gateway_actor(view.handler)) as uow:
        if await closing.is_closed(uow):
            raise CLOSED()
        rules = await filings.rules(uow, gate.data_map, gate.what_is(view.handler))
        number, contract = _in_force(rules.contracts, view.contract)
        wanted = sorted({*view.opened, *view.reachable})
        people = await standings.read(uow, gate, wanted)
        prepared, day = prepare(contract, rules.mechanisms, shanghai_day(uow.now)), shanghai_day(uow.now)
        verdicts = {one.subject: prepared.judge(one) for one in people.before(await standings.naming(uow, contract))}

    def passage(person: SubjectId, way: Way) -> Passage:
        verdict = as_view(verdicts[person], way, rule)
        return Passage(_key(view.id, way, person), view.handler, person, number, rules.version, day, way, verdict)

    opened = sorted({people.persons[one] for one in view.opened if one in people.persons})
    return _Judged(
        [passage(person, Way.REACHABLE) for person in sorted(verdicts)],
        [passage(person, Way.OPENED) for person in opened],
        [one for one in wanted if one not in people.persons],
    )


async def _booked(gate: Gate, judged: _Judged) -> Viewed:
    """Into reach first: whoever is not let there is not opened either."""
    near = dict(zip(judged.reach, await _book(gate, judged.reach), strict=True))
    reachable = frozenset(one.subject for one, booked in near.items() if booked.verdict == 0)
    seen = [one for one in judged.sight if one.subject in reachable]
    opened = dict(zip(seen, await _book(gate, seen), strict=True))
    refused = dict.fromkeys(judged.unknown, UNKNOWN_PERSON)
    for told in (near, opened):
        refused |= {one.subject: booked.code for one, booked in told.items() if booked.verdict != 0}
    return Viewed(frozenset(one.subject for one, b in opened.items() if b.verdict == 0), reachable, refused)


async def _book(gate: Gate, passages: Sequence[Passage]) -> Sequence[Booked]:
    return await asyncio.gather(*(gate.bookings.book(one) for one in passages))


@recorded
async def _write_down(uow: UnitOfWork, view: View, viewed: Viewed) -> None:
    opened, reachable = len(viewed.opened), len(viewed.reachable)
    country = view.country or ""
    if not await view_store.insert(uow.conn, view.id, uow.handler, view.contract, country, opened, reachable, uow.now):
        return uow.unchanged(None)
    await trail.record(
        uow,
        VIEWED.name,
        view=sm3(view.id.bytes).hex(),
        contract=view.contract,
        country=country.lower() or None,
        opened=opened,
        reachable=reachable,
    )
    return None


def _in_force(contracts: Mapping[int, ExportContract], name: str) -> tuple[int, ExportContract]:
    for number, contract in contracts.items():
        if contract.draft.id == name:
            return number, contract
    raise NOT_IN_FORCE(contract=name)


def _key(view: UUID, way: Way, person: SubjectId) -> UUID:
    """The key of one person's passage (UUIDv8, of the view's time): the same whenever the view is booked again."""
    tail = int.from_bytes(sm3(f"{view.hex} {way} {person}".encode())[:8]) & (1 << 62) - 1
    return UUID(int=(view.int >> TIME_BITS) << TIME_BITS | 0x8 << 76 | 0b10 << 62 | tail)
