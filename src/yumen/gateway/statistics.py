"""Tell a recipient how many persons there are in each group that its contract of aggregates declares.

Nobody is in these counts (PIPL art. 4, 73): no transfer is booked and no meter grows. The contract is judged as any
other; each round counts everybody anew, one leaf says what was told, and a group that became too small, or whose
contract ended, is taken back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from yumen.border import DeclaredCounter, ExportContract, GroupCount, Prepared, filings, prepare
from yumen.customer import identity
from yumen.gateway import closing, connection_store, connections, lockout, retraction, standings
from yumen.gateway import statistic_store as store
from yumen.gateway.asking import found_of
from yumen.gateway.connectors.connector import Outcome, Record, Settled, Value
from yumen.gateway.connectors.failures import LOCKED_OUT
from yumen.gateway.departing import CLOSED
from yumen.gateway.gate import Gate, Recipient
from yumen.gateway.pace import USUAL, Patience
from yumen.gateway.recalling import NO_WAY, STAYED
from yumen.gateway.tally import Tally
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

TOLD: Final = LeafKind("statistics.told", "contract", "version", "groups", "taken_back")

T = TypeVar("T")

PAGE: Final = 1_000
STOPPED: Final = "gateway.stopped"
FIELDS: Final = ("Statistic", "Value", "Persons")
"""The names under which a count leaves; a mapping turns them into the recipient's."""


async def run_round(work: Work, gate: Gate, recipient: Recipient, patience: Patience = USUAL) -> Tally | None:
    """Count, send what is otherwise, take back what is told no longer.

    None where no contract of aggregates is in force and nothing is left to take back.
    """
    async with work.begin(recipient.actor) as uow:
        rules = await filings.rules(uow, gate.data_map, gate.what_is(recipient.handler))
        contract = next((one for one in rules.contracts.values() if one.draft.id == recipient.contract), None)
        there = await store.list_of(uow.conn, uow.handler, recipient.contract)
        code = await _hindrance(uow, recipient)
        day = shanghai_day(uow.now)
    if contract is None or contract.personal:
        if there and code != STOPPED:
            await _Teller(work, recipient, patience).take_back(list(there))
        return None
    prepared = prepare(contract, rules.mechanisms, day)
    reason = retraction.ended(prepared)
    if code or (prepared.held is not None and reason is None):
        return Tally(code=code or (prepared.held.code if prepared.held else ""))
    groups = [] if reason else await _count(work, gate, recipient, contract, prepared)
    return await _tell(work, recipient, contract, groups, there, patience)


async def _hindrance(uow: UnitOfWork, recipient: Recipient) -> str:
    """Why nothing may be sent now, if so."""
    await connection_store.ensure(uow.conn, uow.handler, recipient.contract, uow.now)
    connection = await connection_store.find(uow.conn, uow.handler, recipient.contract)
    if connection is not None and connection.state != "running":
        return f"gateway.{connection.state}"
    return CLOSED.name if await closing.is_closed(uow) else ""


async def _count(
    work: Work, gate: Gate, recipient: Recipient, contract: ExportContract, prepared: Prepared
) -> list[GroupCount]:
    """Everybody whom the contract covers, page by page; only the counts stay in memory."""
    counter = DeclaredCounter(contract, gate.openers)
    after = SubjectId(0)
    while True:
        async with work.begin(recipient.actor) as uow:
            page = await identity.people.page(uow.conn, uow.handler, after, PAGE)
            if not page:
                return counter.groups()
            people = await standings.read(uow, gate, page)
            await counter.add(uow, [one.subject for one in people.before(frozenset()) if prepared.counts(one)])
        after = page[-1]


async def _tell(
    work: Work,
    recipient: Recipient,
    contract: ExportContract,
    groups: Sequence[GroupCount],
    there: Mapping[str, store.Told],
    patience: Patience,
) -> Tally:
    by_key = {group.key: group for group in groups}
    new = {key: group for key, group in by_key.items() if not _has(there.get(key), group)}
    gone = [key for key in there if key not in by_key]
    tally, teller = Tally(), _Teller(work, recipient, patience)
    if new or gone:
        versions = await _announce(work, recipient, contract, new, len(gone))
        tally.arrived = await teller.send([_record(group, versions[key]) for key, group in new.items()])
        tally.left = len(new) - tally.arrived + await teller.take_back(gone)
    async with work.begin(recipient.actor) as uow:  # whatever is left waits for the contract's next time
        await connection_store.end_round(uow.conn, uow.handler, recipient.contract, uow.now)
    return tally


async def _announce(
    work: Work, recipient: Recipient, contract: ExportContract, new: Mapping[str, GroupCount], gone: int
) -> Mapping[str, int]:
    async with work.begin(recipient.actor) as uow:
        return await _write_down(uow, contract, new, gone)


@recorded
async def _write_down(
    uow: UnitOfWork, contract: ExportContract, new: Mapping[str, GroupCount], gone: int
) -> Mapping[str, int]:
    """Before the call, so that whatever becomes of it is known to be there."""
    draft = contract.draft
    await trail.record(uow, TOLD.name, contract=draft.id, version=draft.version, groups=len(new), taken_back=gone)
    persons = {key: group.persons for key, group in new.items()}
    return await store.depart(uow.conn, uow.handler, draft.id, persons) if persons else {}


class _Teller:
    """The calls of one round: in batches, each settled by itself; what fails is left to the next round."""

    def __init__(self, work: Work, recipient: Recipient, patience: Patience) -> None:
        self._work = work
        self._recipient = recipient
        self._patience = patience

    async def send(self, records: Sequence[Record]) -> int:
        """How many the recipient has now."""
        arrived = 0
        for some in _cut(records, self._recipient.connector.abilities.batch_max):
            said = await self._called(self._recipient.connector.send(some))
            if said is None:
                return arrived
            done = await self._sort(some, said)
            async with self._work.begin(self._recipient.actor) as uow:
                await store.land(uow.conn, uow.handler, self._recipient.contract, done, uow.now)
                await connection_store.note_up(uow.conn, uow.handler, self._recipient.contract)
            arrived += len(done)
        return arrived

    async def take_back(self, keys: Sequence[str]) -> int:
        """How many are left there."""
        abilities, left = self._recipient.connector.abilities, len(keys)
        if keys and not abilities.recall:
            await self._stop(NO_WAY)
            return left
        for some in _cut(keys, abilities.batch_max):
            said = await self._called(self._recipient.connector.recall(some, abilities.recall[0]))
            if said is None:
                return left
            gone = await self._absent([one.external_id for one in said if one.outcome is Outcome.DONE])
            async with self._work.begin(self._recipient.actor) as uow:
                await store.forget(uow.conn, uow.handler, self._recipient.contract, gone)
            left -= len(gone)
        return left

    async def _called(self, call: Awaitable[list[Settled]]) -> list[Settled] | None:
        """The recipient's word on each; None when the call failed."""
        try:
            return await call
        except (NotSent, Unsettled) as failure:
            if failure.code in LOCKED_OUT:
                await lockout.note(self._work, self._recipient, failure.code)
                return None
            async with self._work.begin(self._recipient.actor) as uow:
                await connection_store.note_down(uow.conn, uow.handler, self._recipient.contract, failure.code, uow.now)
        except Rejected as refused:
            await self._stop(refused.upstream or refused.code)
        return None

    async def _sort(self, sent: Sequence[Record], said: Sequence[Settled]) -> list[str]:
        """Those who arrived. A refused count stops the connection: no repair of a person would help."""
        if [one.external_id for one in said] != [one.external_id for one in sent]:
            return []
        refused = next((one for one in said if one.outcome is Outcome.REJECTED), None)
        if refused is not None:
            await self._stop(refused.code or "refused")
        return [one.external_id for one in said if one.outcome is Outcome.DONE]

    async def _absent(self, keys: Sequence[str]) -> list[str]:
        """Those that are gone, as far as the recipient can be asked."""
        if not self._recipient.connector.abilities.reads_back:
            return list(keys)
        try:
            found = await found_of(self._recipient, keys, self._patience)
        except Problem as shut:
            await lockout.note(self._work, self._recipient, str(shut.facts["code"]))
            return []
        if found is None:
            return []
        if any(one.present for one in found):
            await self._stop(STAYED)
        return [one.external_id for one in found if not one.present]

    async def _stop(self, code: str) -> None:
        async with self._work.begin(self._recipient.actor) as uow:
            await connections.stop(uow, self._recipient.contract, code)


def _has(told: store.Told | None, group: GroupCount) -> bool:
    return told is not None and told.told_at is not None and told.persons == group.persons


def _record(group: GroupCount, version: int) -> Record:
    values: tuple[Value, ...] = (group.name, str(group.value), group.persons)
    said = dict(zip(FIELDS, values, strict=True))
    return Record(group.key, group.key, version, said)


def _cut(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
