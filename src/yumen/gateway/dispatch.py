"""One round of a connection: ask for what is flying, withdraw what is stranded, then send everybody who waits.

Batches as large as the recipient takes, so many at once as it bears; never two records of one person at once. Several
batches are made ready in one go while others fly, so that the recipient never waits for us. Pages of bounded size, so
the memory is flat however many wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from yumen.border import filings, transfers
from yumen.gateway import asking, closing, connection_store, lockout, presence_store, put_off_store
from yumen.gateway.carrying import ENDS_ROUND, Carrier
from yumen.gateway.departing import CLOSED, withdraw
from yumen.gateway.ending import problems_of
from yumen.gateway.flight import Flight, batches, flights_of
from yumen.gateway.gate import Gate, Recipient
from yumen.gateway.lockout import LOCKED_OUT
from yumen.gateway.pace import USUAL, Pace, Patience
from yumen.gateway.sky import Sky
from yumen.gateway.tally import Tally
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.kit.work import Work

PAGE_BATCHES: Final = 2
"""Batches of one page for each call at once: the next page is read while the last batches fly."""
READY_PERSONS: Final = 800
"""Made ready in one go: what that costs by itself is shared, and nobody waits long for a place after being judged."""
BULK_PAGE_MAX: Final = 10_000
PASSES_MAX: Final = 1_000


class Serving(Struct, frozen=True):
    """The contract version that a round sends under."""

    contract_id: int
    last_state_wins: bool


async def run_round(
    work: Work,
    gate: Gate,
    recipient: Recipient,
    patience: Patience = USUAL,
    pace: Pace | None = None,
    stop: asyncio.Event | None = None,
) -> Tally:
    """Send what waits now. Does nothing while the connection is paused or stopped, or the border closed."""
    serving, code = await _begin(work, gate, recipient)
    if code:
        return Tally(code=code)
    try:
        unknown = await asking.settle_flying(work, gate, recipient, patience)
    except Problem as ended:
        return await _ended(work, recipient, Tally(), ended)
    await withdraw_stranded(work, recipient)
    if serving is None:
        return Tally(unknown=unknown)
    carrier = Carrier(work, gate, recipient, serving.contract_id, pace or Pace(recipient.at_once, patience), patience)
    try:
        await _passes(work, recipient, serving, carrier, stop or asyncio.Event())
    except* Problem as group:
        problems = problems_of(group)
        if any(one.code not in ENDS_ROUND for one in problems):
            raise
        await _ended(work, recipient, carrier.tally, problems[0])
    carrier.tally.unknown += unknown
    if carrier.tally.finished and (carrier.tally.arrived or carrier.tally.rejected):
        async with work.begin(recipient.actor) as uow:
            await connection_store.end_round(uow.conn, uow.handler, recipient.contract, uow.now)
    return carrier.tally


async def _ended(work: Work, recipient: Recipient, tally: Tally, problem: Problem) -> Tally:
    """The round ends here, for that reason; a lock-out is written down."""
    if problem.code not in ENDS_ROUND:
        raise problem
    tally.code = problem.code.name
    if problem.code is LOCKED_OUT:
        await lockout.note(work, recipient, str(problem.facts["code"]))
    return tally


async def withdraw_stranded(work: Work, recipient: Recipient) -> int:
    """Whoever waits under a version that ended leaves unsent and is judged anew; answers how many."""
    withdrawn = 0
    async with work.begin(recipient.actor) as uow:
        stranded = await transfers.stranded(uow)
    flying = await _flying(work, recipient) if stranded else set()
    for contract_id in [one for one, name in stranded.items() if name == recipient.contract]:
        while True:
            async with work.begin(recipient.actor) as uow:
                page = await transfers.waiting(uow, contract_id, limit=1_000)
                idle = [Flight(one) for one in page if one.cleared.subject not in flying]
                await withdraw(uow, idle)
            withdrawn += len(idle)
            if not idle:
                break
    return withdrawn


async def _begin(work: Work, gate: Gate, recipient: Recipient) -> tuple[Serving | None, str]:
    """The version in force, and why nothing may be sent (a code), if so."""
    async with work.begin(recipient.actor) as uow:
        await connection_store.ensure(uow.conn, uow.handler, recipient.contract, uow.now)
        connection = await connection_store.find(uow.conn, uow.handler, recipient.contract)
        if connection is not None and connection.state != "running":
            return None, f"gateway.{connection.state}"
        if await closing.is_closed(uow):
            return None, CLOSED.name
        rules = await filings.rules(uow, gate.data_map, gate.what_is(recipient.handler))
    for number, contract in rules.contracts.items():
        if contract.draft.id == recipient.contract:
            return Serving(number, contract.draft.schedule.last_state_wins), ""
    return None, ""


async def _passes(work: Work, recipient: Recipient, serving: Serving, carrier: Carrier, stop: asyncio.Event) -> None:
    """Go through the queue until a pass finds nobody who waited for another transfer of their own, or nothing moves."""
    for _ in range(PASSES_MAX):
        before = carrier.tally.arrived + carrier.tally.rejected
        skipped = await _pass(work, recipient, serving, carrier, stop)
        moved = carrier.tally.arrived + carrier.tally.rejected - before
        if stop.is_set() or not skipped or not moved:
            return


async def _pass(work: Work, recipient: Recipient, serving: Serving, carrier: Carrier, stop: asyncio.Event) -> bool:
    """Once through the queue; answers whether somebody was passed over."""
    flying = await _flying(work, recipient)
    async with work.begin(recipient.actor) as uow:
        flying |= await put_off_store.list_waiting(uow.conn, uow.handler, recipient.contract, uow.now)
    skipped, after = False, 0
    async with asyncio.TaskGroup() as group:
        sky = Sky(carrier, group, flying)
        while not stop.is_set():
            async with work.begin(recipient.actor) as uow:
                page = await transfers.waiting(uow, serving.contract_id, after, _page_size(recipient))
            if not page:
                break
            after = page[-1].place
            flights = flights_of(page, flying, last_state_wins=serving.last_state_wins)
            skipped = skipped or sum(len(one.places) for one in flights) < len(page)
            for some, bulk in _cut(recipient, flights):
                size = len(some) if bulk else recipient.connector.abilities.batch_max
                await sky.has_room(recipient.at_once + len(some) // size)
                sky.send(some, size, bulk=bulk)
    return skipped


async def _flying(work: Work, recipient: Recipient) -> set[SubjectId]:
    """Persons of whom nobody knows whether they arrived: nothing more is sent of them until that is known."""
    found: set[SubjectId] = set()
    after = 0
    while True:
        async with work.begin(recipient.actor) as uow:
            page = await presence_store.list_flying(uow.conn, uow.handler, recipient.contract, after, 1_000)
        if not page:
            return found
        found |= {one.subject for one in page}
        after = page[-1].id


def _page_size(recipient: Recipient) -> int:
    abilities = recipient.connector.abilities
    if abilities.bulk_from is not None:
        return max(min(BULK_PAGE_MAX, abilities.bulk_from * PAGE_BATCHES), abilities.batch_max)
    return abilities.batch_max * recipient.at_once * PAGE_BATCHES


def _cut(recipient: Recipient, flights: Sequence[Flight]) -> list[tuple[Sequence[Flight], bool]]:
    """A page as what is made ready in one go; above a size all of it goes the recipient's way for masses."""
    abilities = recipient.connector.abilities
    if abilities.bulk_from is not None and len(flights) >= abilities.bulk_from:
        return [(flights, True)]
    whole_batches = max(1, READY_PERSONS // abilities.batch_max)
    return [(some, False) for some in batches(flights, whole_batches * abilities.batch_max)]
