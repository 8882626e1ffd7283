"""Plan to take somebody back at every recipient that got them; `recalling` carries it out.

Planned are: whoever may no longer be there (withdrawn, objected, too young), the erased, names that a merge or a new
number left behind (once the new one is sent), everybody under a contract that ended or whose mechanism lapsed, and
whose time abroad has passed. Planning twice plans once. Each plan has a clock: the time in which a request is answered
(`rights.response`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from yumen.border import Deny, Prepared, State, filings, prepare, transfers
from yumen.border.contract import AtEnd
from yumen.border.filings import Rules
from yumen.gateway import presence_store, recall_store
from yumen.gateway.connectors.connector import RecallWay
from yumen.gateway.gate import Gate, gateway_actor
from yumen.gateway.presence_store import Presence
from yumen.kit.clock import shanghai_day
from yumen.kit.ids import HandlerId, SubjectId, new_id
from yumen.kit.work import UnitOfWork, Work, recorded
from yumen.law import number
from yumen.security import trail
from yumen.security.trail import LeafKind

PLANNED: Final = LeafKind("recall.planned", "recall", "contract", "reason")
SWEPT: Final = LeafKind("recall.swept", "contract", "reason", "persons")

PAGE: Final = 1_000
RENAMED_HERE: Final = "export.renamed_here"
ENDED: Final = "export.contract_ended"
EXPIRED: Final = "export.retention_expired"
LAPSED: Final = frozenset({"export.mechanism_lapsed", "export.mechanism_missing", "export.contract_not_in_force"})
"""Holds of a whole contract under which nobody may stay abroad either."""


async def plan_persons(uow: UnitOfWork, contract: str, denied: Mapping[SubjectId, str]) -> int:
    """Plan for those of these persons who are at that recipient, each with the code of why; answers how many."""
    if not denied:
        return 0
    there = await presence_store.list_of_subjects(uow.conn, uow.handler, list(denied), contract)
    return await _plan(uow, [(one, denied[one.subject]) for one in there])


async def plan_erased(uow: UnitOfWork, family: Sequence[SubjectId], reason: str) -> int:
    """Plan for a person (all subjects merged into them) everywhere."""
    there = await presence_store.list_of_subjects(uow.conn, uow.handler, family)
    return await _plan(uow, [(one, reason) for one in there])


async def plan_names(uow: UnitOfWork, names: Sequence[Presence]) -> int:
    """Plan for names that a person no longer has here, so that only the new one stays at the recipient."""
    return await _plan(uow, [(one, RENAMED_HERE) for one in names], settles=False)


async def sweep(work: Work, gate: Gate, handler: HandlerId) -> dict[str, int]:
    """Plan for whole contracts, and for whose time has passed; answers how many for each contract. Safe to repeat."""
    actor = gateway_actor(handler)
    async with work.begin(actor) as uow:
        rules = await filings.rules(uow, gate.data_map, gate.what_is(handler))
        reasons = await _reasons(uow, rules)
    planned: dict[str, int] = {}
    for contract, reason in reasons.items():
        after = 0
        while after is not None:
            async with work.begin(actor) as uow:
                count, after = await _sweep_page(uow, contract, reason, after)  # type: ignore[assignment]
            planned[contract] = planned.get(contract, 0) + count
    while True:
        async with work.begin(actor) as uow:
            expired = await presence_store.list_expired(uow.conn, handler, uow.now)
            count = await _plan(uow, [(one, EXPIRED) for one in expired], ways=_ways_at_end(rules))
        if not count:
            return planned
        for one in expired:
            planned[one.contract] = planned.get(one.contract, 0) + 1


def _ways_at_end(rules: Rules) -> dict[str, str]:
    """How each contract wants people taken back when their time abroad has passed; the strongest where it is silent."""
    drafts = [contract.draft for contract in rules.contracts.values()]
    return {draft.id: RecallWay.ANONYMISE.value for draft in drafts if draft.retention.then is AtEnd.ANONYMISE}


async def _reasons(uow: UnitOfWork, rules: Rules) -> dict[str, str]:
    """The contracts under which nobody may stay abroad, each with the code of why."""
    day = shanghai_day(uow.now)
    prepared = {one.draft.id: prepare(one, rules.mechanisms, day) for one in rules.contracts.values()}
    names = await presence_store.list_contracts(uow.conn, uow.handler)
    told = {name: ended(prepared.get(name)) for name in names}
    return {name: reason for name, reason in told.items() if reason is not None}


def ended(prepared: Prepared | None) -> str | None:
    """Why nobody may stay at the recipient of that contract; None if they may. No contract in force: it ended."""
    if prepared is None:
        return ENDED
    if isinstance(prepared.refused, Deny):
        return prepared.refused.code
    return prepared.held.code if prepared.held is not None and prepared.held.code in LAPSED else None


@recorded
async def _sweep_page(uow: UnitOfWork, contract: str, reason: str, after: int) -> tuple[int, int | None]:
    """One leaf for a page: each recall gets its own when it is done."""
    there = await presence_store.list_here(uow.conn, uow.handler, contract, after, PAGE)
    following = there[-1].id if len(there) == PAGE else None
    planned = await _insert(uow, [(one, reason) for one in there if not one.recalling])
    if not planned:
        return uow.unchanged((0, following))
    await trail.record(uow, SWEPT.name, contract=contract, reason=reason, persons=len(planned))
    return len(planned), following


async def _plan(
    uow: UnitOfWork,
    wanted: Sequence[tuple[Presence, str]],
    *,
    settles: bool = True,
    ways: Mapping[str, str] = MappingProxyType({}),
) -> int:
    fresh = [(one, reason) for one, reason in wanted if not one.recalling]
    planned = await _insert(uow, fresh, settles=settles, ways=ways)
    for recall, subject, contract, reason in planned:
        await _record(uow, recall, subject, contract, reason)
    return len(planned)


@recorded
async def _record(uow: UnitOfWork, recall: str, subject: SubjectId, contract: str, reason: str) -> None:
    await trail.record(uow, PLANNED.name, subject, recall=recall, contract=contract, reason=reason)


async def _insert(
    uow: UnitOfWork,
    wanted: Sequence[tuple[Presence, str]],
    *,
    settles: bool = True,
    ways: Mapping[str, str] = MappingProxyType({}),
) -> list[tuple[str, SubjectId, str, str]]:
    if not wanted:
        return []
    rows = [
        (new_id("rcl"), one.contract, one.id, one.subject, reason, ways.get(one.contract, "")) for one, reason in wanted
    ]
    made = await recall_store.plan(uow.conn, uow.handler, rows, uow.now, _due(uow.now))
    planned = [(row["id"], SubjectId(row["subject_id"]), row["contract"], row["reason"]) for row in made]
    if settles:
        for contract in sorted({contract for _, _, contract, _ in planned}):
            persons = [subject for _, subject, name, _ in planned if name == contract]
            await transfers.settle_person(uow, contract, persons, State.RECALL_PLANNED)
    return planned


def _due(now: datetime) -> datetime:
    """The number counts working days; calendar days are never later."""
    return now + timedelta(days=number("rights.response", shanghai_day(now)).value)
