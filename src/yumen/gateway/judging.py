"""Judge many who changed: a batch in ascending order of subject, each before every contract in force, then booked.

Three steps, each its own transaction: take a batch (for a while), judge and book, forget the batch. Whoever is killed
between them is repeated by the next run under the same transfer keys, which answer as before and move nothing.

The same refusal under the same contract version is not written twice; whatever passes is booked each time. Somebody who
is at a recipient and may no longer be there is recalled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from yumen.border import Allow, Booked, Deny, Passage, Verdict, Way, filings, prepare, transfers
from yumen.border.booking import JUDGE_AGAIN
from yumen.border.filings import Rules
from yumen.border.verdict import severity
from yumen.gateway import change_store as store
from yumen.gateway import closing, presence_store, retraction, standings
from yumen.gateway.change_store import Changed
from yumen.gateway.gate import Gate, gateway_actor
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import UnitOfWork, Work

BATCH: Final = 1_000
BEGINNING: Final = SubjectId(0)


class Judged(Struct, frozen=True):
    """What became of a batch: questions by outcome, recalls planned. `last` is where the next batch begins."""

    last: SubjectId
    taken: int = 0
    passed: int = 0
    held: int = 0
    denied: int = 0
    repeated: int = 0
    recalled: int = 0


class Question(Struct, frozen=True):
    """One person before one contract version, judged."""

    person: SubjectId
    contract: int
    name: str
    verdict: Verdict


async def judge_all(work: Work, gate: Gate, handler: HandlerId) -> list[Judged]:
    """Every batch that waits now, from the lowest subject up."""
    batches: list[Judged] = []
    after = BEGINNING
    while True:
        batch = await judge_batch(work, gate, handler, after)
        if not batch.taken:
            return batches
        batches.append(batch)
        after = batch.last


async def judge_batch(
    work: Work, gate: Gate, handler: HandlerId, after: SubjectId = BEGINNING, limit: int = BATCH
) -> Judged:
    """The next batch after that subject; nothing taken means that nobody waits, or that the border is closed."""
    actor = gateway_actor(handler)
    async with work.begin(actor) as uow:
        if await closing.is_closed(uow):
            return Judged(after)
        taken = await store.take_over(uow.conn, handler, limit)
        last = after
        if not taken:
            taken = await store.take(uow.conn, handler, after, limit)
            last = taken[-1].subject if taken else after
    if not taken:
        return Judged(after)
    async with work.begin(actor) as uow:
        rules = await filings.rules(uow, gate.data_map, gate.what_is(handler))
        people = await standings.read(uow, gate, [one.subject for one in taken])
        asked = await _judged(uow, rules, people)
        fresh = await _worth_asking(uow, asked, rules)
        day = shanghai_day(uow.now)
    seeds = _seeds(taken, people.persons)
    passages = [
        Passage(
            _key(seeds[one.person], one.contract), handler, one.person, one.contract, rules.version, day, Way.SENT,
            one.verdict,
        )
        for one in fresh
    ]  # fmt: skip
    outcomes = await asyncio.gather(*(_book(gate, passage) for passage in passages))
    again = {question.person for question, booked in zip(fresh, outcomes, strict=True) if booked is None}
    async with work.begin(actor) as uow:
        recalled = await _recall(uow, asked, people.persons)
        await store.give_back(uow.conn, [one.seq for one in taken if people.persons.get(one.subject) in again])
        await store.forget(uow.conn, [one.seq for one in taken if people.persons.get(one.subject) not in again])
    return _tally(last, taken, outcomes, len(asked) - len(fresh), recalled)


async def _judged(uow: UnitOfWork, rules: Rules, people: standings.People) -> list[Question]:
    """Every contract in force for every person, contract by contract, so that its half is judged once."""
    asked = []
    for number, contract in rules.contracts.items():
        if not contract.personal:
            continue
        prepared = prepare(contract, rules.mechanisms, shanghai_day(uow.now))
        naming = await standings.naming(uow, contract)
        name = contract.draft.id
        asked += [Question(one.subject, number, name, prepared.judge(one)) for one in people.before(naming)]
    return asked


async def _worth_asking(uow: UnitOfWork, asked: Sequence[Question], rules: Rules) -> list[Question]:
    """Without those whose refusal stands in the ledger already."""
    refused = [question for question in asked if not isinstance(question.verdict, Allow)]
    persons = sorted({question.person for question in refused})
    last = await transfers.last_answers(uow, persons, list(rules.contracts)) if persons else {}
    return [
        question
        for question in asked
        if isinstance(question.verdict, Allow)
        or last.get((question.person, question.contract)) != (severity(question.verdict), question.verdict.code)
    ]


async def _book(gate: Gate, passage: Passage) -> Booked | None:
    """None: the rules or the day changed meanwhile; the person is judged again."""
    try:
        return await gate.bookings.book(passage)
    except Problem as refused:
        if refused.code is JUDGE_AGAIN:
            return None
        raise


async def _recall(uow: UnitOfWork, asked: Sequence[Question], persons: Mapping[SubjectId, SubjectId]) -> int:
    """Plan to take back whoever is refused for good, under whichever of their subjects they are known."""
    merged = {subject: person for subject, person in persons.items() if subject != person}
    if merged:
        await presence_store.adopt(uow.conn, uow.handler, list(merged), list(merged.values()))
    planned = 0
    for name in sorted({question.name for question in asked}):
        denied = {q.person: q.verdict.code for q in asked if q.name == name and isinstance(q.verdict, Deny)}
        planned += await retraction.plan_persons(uow, name, denied)
    return planned


def _seeds(taken: Sequence[Changed], persons: Mapping[SubjectId, SubjectId]) -> dict[SubjectId, Changed]:
    """The newest row by which each person was taken: it names the transfer.

    An older one may have been booked by a run that died; what changed since would be answered as it was then.
    """
    seeds: dict[SubjectId, Changed] = {}
    for one in sorted(taken, key=lambda row: row.seq):
        if (person := persons.get(one.subject)) is not None:
            seeds[person] = one
    return seeds


def _key(change: Changed, contract: int) -> UUID:
    """The key of one transfer (UUIDv8, ordered by time): the same however often the batch is repeated."""
    ms = int(change.changed_at.timestamp() * 1000) & (1 << 48) - 1
    tail = (contract & (1 << 20) - 1) << 42 | change.seq & (1 << 42) - 1
    return UUID(int=ms << 80 | 0x8 << 76 | 0b10 << 62 | tail)


def _tally(
    last: SubjectId, taken: Sequence[Changed], outcomes: Sequence[Booked | None], repeated: int, recalled: int
) -> Judged:
    verdicts = [booked.verdict for booked in outcomes if booked is not None]
    return Judged(
        last=last,
        taken=len(taken),
        passed=verdicts.count(0),
        held=verdicts.count(1),
        denied=verdicts.count(2),
        repeated=repeated,
        recalled=recalled,
    )
