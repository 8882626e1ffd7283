"""Nobody knows what became of a call: ask the recipient by name and version, and send again only what is absent.

This is also how a killed process goes on: what it had under way stands in the database as flying.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from yumen.border import Cleared
from yumen.border.transfers import Waiting
from yumen.gateway import connection_store, presence_store
from yumen.gateway.connectors.connector import Found, Outcome, Settled
from yumen.gateway.fields import EXTERNAL_ID
from yumen.gateway.flight import Flight
from yumen.gateway.gate import Gate, Recipient
from yumen.gateway.lockout import raise_if_locked_out
from yumen.gateway.pace import Patience, retry_after_s
from yumen.gateway.presence_store import Presence
from yumen.gateway.settling import keep_days, settle_batch
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.work import UnitOfWork, Work
from yumen.security import vault

ABSENT: Final = "gateway.absent"
UNANSWERED: Final = "gateway.recall_no_answer"
ASKED_LATER_S: Final = 30.0
"""Whoever wants to be left alone for longer is asked in the next round."""
ASKED_BESIDE_S: Final = 0.8
"""Three round trips of 250 ms: a question without an answer by then is asked once more beside, which a question bears
and a write does not. On a lossy way the first may hang for its whole deadline while the link is long back."""


async def settle_flying(work: Work, gate: Gate, recipient: Recipient, patience: Patience) -> int:
    """Ask for everything that is flying, page by page; answers how many are still unknown.

    Raises `gateway.locked_out`.
    """
    after = unknown = 0
    while True:
        async with work.begin(recipient.actor) as uow:
            page = await presence_store.list_flying(
                uow.conn, recipient.handler, recipient.contract, after, recipient.connector.abilities.batch_max
            )
            names = await names_of(uow, page)
        if not page:
            return unknown
        after = page[-1].id
        said = await found_of(recipient, names, patience)
        if said is None:
            unknown += len(page)
            async with work.begin(recipient.actor) as uow:
                await connection_store.note_down(uow.conn, uow.handler, recipient.contract, UNANSWERED, uow.now)
            continue
        await note_found(work, gate, recipient, page, said)


async def names_of(uow: UnitOfWork, page: Sequence[Presence]) -> list[str]:
    """The names under which the recipient knows these, opened."""
    sealed = [(one.sealed_for, EXTERNAL_ID, one.external_sealed or b"") for one in page]
    return await vault.unseal_many(uow, sealed) if sealed else []


async def found_of(recipient: Recipient, names: Sequence[str], patience: Patience) -> list[Found] | None:
    """What the recipient holds; None when it could not be asked. It is asked again and again, within bounds.

    Raises `gateway.locked_out`.
    """
    if not recipient.connector.abilities.reads_back:
        return [Found(name, present=False) for name in names]
    for attempt in range(1, patience.attempts_max + 1):
        wait_s = patience.wait_s(attempt)
        try:
            found = await _asked(recipient, names)
        except (NotSent, Unsettled) as failure:
            raise_if_locked_out(recipient, failure)
            found, wait_s = [], max(wait_s, retry_after_s(failure))
        except Rejected:
            return None
        if [one.external_id for one in found] == list(names):
            return found
        if wait_s > ASKED_LATER_S:
            return None
        await patience.sleep(wait_s)
    return None


async def _asked(recipient: Recipient, names: Sequence[str]) -> list[Found]:
    """The first answer to the question, which is asked twice if it hangs. Raises NotSent, Rejected, Unsettled."""
    ask = recipient.connector.ask
    asking = [asyncio.create_task(ask(names))]
    try:
        done, waits = await asyncio.wait(asking, timeout=ASKED_BESIDE_S)
        if waits:
            asking.append(asyncio.create_task(ask(names)))
            done, waits = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        if waits and all(one.exception() for one in done):
            done, waits = await asyncio.wait(waits)
        return min(done, key=lambda one: one.exception() is not None).result()
    finally:
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)


async def note_found(
    work: Work, gate: Gate, recipient: Recipient, page: Sequence[Presence], found: Sequence[Found]
) -> None:
    """Who has arrived is settled; who has not may be sent again: the upsert is idempotent."""
    flights = [(_flight(one), there) for one, there in zip(page, found, strict=True)]
    said = [(flight, settled_of(flight.place, there)) for flight, there in flights]
    async with work.begin(recipient.actor) as uow:
        await settle_batch(uow, recipient, said, await keep_days(uow, gate, recipient))
        await connection_store.note_up(uow.conn, uow.handler, recipient.contract)


def settled_of(place: int, found: Found) -> Settled:
    """What the answer to the question says of the transfer at that place. No version kept: it is sent again."""
    arrived = found.present and found.version is not None and found.version >= place
    outcome = Outcome.DONE if arrived else Outcome.RETRY
    return Settled(found.external_id, outcome, "" if arrived else ABSENT, remote_id=found.remote_id)


def _flight(one: Presence) -> Flight:
    return Flight(Waiting(one.flying_place or 0, Cleared(one.flying_key or "", one.subject, b"")), presence=one.id)
