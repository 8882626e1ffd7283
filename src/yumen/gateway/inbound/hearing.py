"""Act on what a recipient said of one of our people: stop what they opted out of, note what they ask, ignore a yes.

China stays the source of identity and consent: a no from abroad always wins, a yes from abroad is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from yumen.customer import consent, identity
from yumen.customer.consent.purposes import GROUNDS
from yumen.gateway import capture
from yumen.gateway.fields import EXTERNAL_ID
from yumen.gateway.inbound import store
from yumen.gateway.inbound.events import RightRequestedAbroad
from yumen.gateway.inbound.meaning import STOPPING, Kind, Right, Statement
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault
from yumen.security.datamap import Purpose
from yumen.security.trail import LeafKind

HEARD: Final = LeafKind("abroad.heard", "heard", "source", "said", "matter", "outcome")

NAME_MAX: Final = 128


class Outcome(StrEnum):
    """What became of a statement. Of `UNKNOWN` and `REPEATED` nothing is written down."""

    STOPPED = "stopped"
    NOTED = "noted"
    IGNORED = "ignored"
    UNKNOWN = "unknown"
    REPEATED = "repeated"


class Teller(Struct, frozen=True):
    """Who says it: the source's name, and under which contracts that recipient knows people."""

    name: str
    contracts: tuple[str, ...]


async def who(uow: UnitOfWork, teller: Teller, record: str, external_id: str = "") -> SubjectId | None:
    """The living person meant by a recipient's record, after merges; None for somebody who is not ours."""
    subject = None
    if external_id and len(external_id) <= NAME_MAX:
        index = await vault.index(uow, EXTERNAL_ID, external_id)
        subject = await store.find_by_name(uow.conn, uow.handler, teller.contracts, index)
    if subject is None and record:
        subject = await store.find_by_remote(uow.conn, uow.handler, teller.contracts, record)
    if subject is None:
        return None
    meant = (await identity.people.find(uow.conn, uow.handler, [subject])).get(subject)
    return None if meant is None or meant.erased else meant.person


@recorded
async def hear(uow: UnitOfWork, teller: Teller, person: SubjectId | None, said: Statement) -> Outcome:
    """Take one statement about a person. The same one again changes nothing."""
    if person is None:
        return uow.unchanged(Outcome.UNKNOWN)
    outcome = _outcome(said)
    heard = new_id("hrd")
    values = {
        "id": heard,
        "handler": uow.handler,
        "source": teller.name,
        "said_index": said.key,
        "kind": said.kind.value,
        "matter": said.matter,
        "subject": person,
        "outcome": outcome.value,
        "said_at": said.said_at,
        "heard_at": uow.now,
    }
    if not await store.insert_heard(uow.conn, values):
        return uow.unchanged(Outcome.REPEATED)
    facts = {"source": teller.name, "said": said.kind.value, "matter": said.matter, "outcome": outcome.value}
    await trail.record(uow, HEARD.name, subject=person, heard=heard, **facts)
    if said.kind is Kind.OPT_OUT:
        await _stop(uow, person, said.purpose, heard)
    elif said.kind is Kind.REQUEST:
        if Right(said.matter) in STOPPING:
            await _stop(uow, person, Purpose.EXPORT, heard)
        await uow.emit(RightRequestedAbroad(uow.handler, person, said.matter, teller.name, heard))
    return outcome


async def hear_all(
    uow: UnitOfWork, teller: Teller, said: Sequence[tuple[SubjectId | None, Statement]]
) -> dict[Outcome, int]:
    """Take several; answers how many became what."""
    outcomes = [await hear(uow, teller, person, statement) for person, statement in said]
    return {outcome: outcomes.count(outcome) for outcome in Outcome if outcome in outcomes}


def _outcome(said: Statement) -> Outcome:
    if said.kind is Kind.OPT_IN:
        return Outcome.IGNORED
    if said.kind is Kind.OPT_OUT or Right(said.matter) in STOPPING:
        return Outcome.STOPPED
    return Outcome.NOTED


async def _stop(uow: UnitOfWork, person: SubjectId, purpose: Purpose, heard: str) -> None:
    """Withdraw the consent, if there is one. A no to leaving the country holds on every ground.

    What rests on contract or law goes on here after a no from abroad; what leaves for it stops.
    """
    asks = GROUNDS[purpose].asks
    if asks:
        await consent.choices.withdraw(uow, person, purpose)
    if purpose is Purpose.EXPORT or not asks:
        await store.object_to_all(uow.conn, uow.handler, person, heard, uow.now)
    await capture.note_subjects(uow, [person])
