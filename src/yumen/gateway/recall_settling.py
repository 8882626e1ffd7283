"""What became of recalls, written down: gone with its evidence, tried again later, or in the named queue for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct

from yumen.border import State, transfers
from yumen.customer import identity
from yumen.gateway import presence_store, recall_store
from yumen.gateway.connectors.connector import RecallWay
from yumen.gateway.gate import Recipient
from yumen.gateway.presence_store import Presence
from yumen.gateway.recall_store import Recall
from yumen.kit.work import UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

DONE: Final = LeafKind("recall.done", "recall", "contract", "way", "verified")
TO_PEOPLE: Final = LeafKind("recall.for_people", "contract", "persons")
TRIED_MAX: Final = 12
AGAIN_S: Final = 30.0
AGAIN_MAX_S: Final = 3_600.0


class Job(Struct, frozen=True):
    """One recall with the name to take back."""

    recall: Recall
    presence: Presence
    name: str


class Recalled(Struct, frozen=True):
    """How many are gone, wait for people, or are tried again."""

    done: int = 0
    people: int = 0
    again: int = 0

    def plus(self, other: Recalled) -> Recalled:
        return Recalled(self.done + other.done, self.people + other.people, self.again + other.again)


async def try_later(
    work: Work, recipient: Recipient, tried: Sequence[tuple[Job, bool, bool, str]], way: RecallWay
) -> Recalled:
    """(job, seen, unsure, code): tried again later, and after so many times a person looks as well."""
    if not tried:
        return Recalled()
    spent = [(job.recall, code) for job, _, _, code in tried if job.recall.tried >= TRIED_MAX]
    rest = [one for one in tried if one[0].recall.tried < TRIED_MAX]
    async with work.begin(recipient.actor) as uow:
        marks = [
            (
                job.recall.id, seen, unsure, 0 if seen else 1, way.value, code[:64],
                uow.now + timedelta(seconds=min(AGAIN_MAX_S, AGAIN_S * 2.0**job.recall.tried)),
            )
            for job, seen, unsure, code in rest
        ]  # fmt: skip
        if marks:
            await recall_store.mark(uow.conn, marks)
    return (await hand_over(work, recipient, spent)).plus(Recalled(again=len(rest)))


async def hand_over(work: Work, recipient: Recipient, rows: Sequence[tuple[Recall, str]]) -> Recalled:
    """To the named queue: the machine can do no more."""
    if not rows:
        return Recalled()
    async with work.begin(recipient.actor) as uow:
        await _to_people(uow, recipient, rows)
    return Recalled(people=len(rows))


@recorded
async def _to_people(uow: UnitOfWork, recipient: Recipient, rows: Sequence[tuple[Recall, str]]) -> None:
    moved = await recall_store.to_people(uow.conn, [(one.id, code[:64]) for one, code in rows])
    if not moved:
        return uow.unchanged(None)
    await trail.record(uow, TO_PEOPLE.name, contract=recipient.contract, persons=len(moved))
    return None


async def close(
    work: Work, recipient: Recipient, rows: Sequence[tuple[Job, str]], way: RecallWay, *, verified: bool
) -> Recalled:
    """They are gone: the evidence is a leaf for each, the name at the recipient is forgotten here."""
    if not rows:
        return Recalled()
    async with work.begin(recipient.actor) as uow:
        closing = [(job.recall.id, "done", code, verified) for job, code in rows]
        closed = set(await recall_store.close(uow.conn, closing, uow.actor.id, uow.now))
        gone = [job for job, _ in rows if job.recall.id in closed]
        for job in gone:
            await record_done(uow, job.recall, way.value, verified=verified)
        await forget(uow, [job.presence for job in gone])
    return Recalled(done=len(gone))


@recorded
async def record_done(uow: UnitOfWork, recall: Recall, way: str, *, verified: bool) -> None:
    """The evidence that somebody was taken back."""
    await trail.record(
        uow, DONE.name, recall.subject, recall=recall.id, contract=recall.contract, way=way, verified=int(verified)
    )


async def forget(uow: UnitOfWork, gone: Sequence[Presence]) -> None:
    """Close what is known of the name, and say in the ledger that the person was recalled.

    Of the erased nothing stays here: the leaf is the evidence.
    """
    await presence_store.close(uow.conn, [one.id for one in gone], uow.now)
    for contract in sorted({one.contract for one in gone}):
        persons = [one.subject for one in gone if one.contract == contract]
        await transfers.settle_person(uow, contract, persons, State.RECALLED)
    meant = await identity.people.find(uow.conn, uow.handler, [one.subject for one in gone])
    erased = [subject for subject, one in meant.items() if one.erased]
    if erased:
        await presence_store.delete_gone(uow.conn, uow.handler, erased)
