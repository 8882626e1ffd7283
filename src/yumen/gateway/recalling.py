"""Take people back at one recipient: ask, recall by its strongest way, read back, keep the evidence, or hand to people.

Nobody is silently kept. Whoever is not found under the name that arrived there was renamed by the recipient, or removed
without our doing: a person must look. Whoever is still there afterwards, or is refused, goes to the same named queue.
Only an answer to the question, or the recipient's word where it cannot be asked, closes a recall.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from yumen.gateway import lockout, presence_store, recall_store
from yumen.gateway.asking import found_of, names_of
from yumen.gateway.cases import DELETED
from yumen.gateway.connectors.connector import ABSENT, Found, Outcome, RecallWay, Settled
from yumen.gateway.ending import problems_of
from yumen.gateway.gate import Recipient
from yumen.gateway.lockout import LOCKED_OUT, raise_if_locked_out
from yumen.gateway.pace import USUAL, Pace, Patience, retry_after_s
from yumen.gateway.presence_store import Presence
from yumen.gateway.recall_settling import AGAIN_S, Job, Recalled, close, hand_over, try_later
from yumen.gateway.recall_store import Recall
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.work import UnitOfWork, Work

MISSING: Final = "gateway.recall_missing"
"""It arrived under this name, and the recipient does not have it there: renamed, or removed by somebody else."""
STAYED: Final = "gateway.recall_stayed"
"""The recipient said it was done, and it is still there."""
NAMELESS: Final = "gateway.recall_nameless"
"""The name can no longer be opened."""
NO_WAY: Final = "gateway.recall_no_way"
"""This recipient can take nobody back."""
NO_ANSWER: Final = "gateway.recall_no_answer"
NEVER_ARRIVED: Final = "gateway.recall_never_arrived"
INFERRED: Final = "gateway.recall_inferred"
"""It was there under this name, a call of ours that nobody answered may have done it, and it is there no more."""

NOT_SENT: Final = "not_sent"
UNSETTLED: Final = "unsettled"


async def run_recalls(
    work: Work, recipient: Recipient, patience: Patience = USUAL, pace: Pace | None = None
) -> Recalled:
    """Every recall of that recipient which is due now, batch by batch, so many at once as the recipient bears."""
    pace = pace or Pace(recipient.at_once, patience)
    try:
        return await _recall_due(work, recipient, patience, pace)
    except* Problem as group:
        problems = problems_of(group)
        if any(one.code is not LOCKED_OUT for one in problems):
            raise
        code = str(problems[0].facts["code"])
    await lockout.note(work, recipient, code)
    return Recalled()


async def _recall_due(work: Work, recipient: Recipient, patience: Patience, pace: Pace) -> Recalled:
    """Raises a group of `gateway.locked_out`: what was under way is due again."""
    told, after = Recalled(), ""
    under_way: set[asyncio.Task[Recalled]] = set()
    async with asyncio.TaskGroup() as group:
        while True:
            jobs, nameless, after = await _page(work, recipient, after)
            if not jobs and not nameless:
                break
            if nameless:
                told = told.plus(await hand_over(work, recipient, [(one, NAMELESS) for one in nameless]))
            for way, some in _by_way(recipient, jobs):
                while len(under_way) >= recipient.at_once:
                    done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                    told = _sum(told, done)
                under_way.add(group.create_task(_batch(work, recipient, some, way, patience, pace)))
    return _sum(told, under_way)


async def _page(work: Work, recipient: Recipient, after: str) -> tuple[list[Job], list[Recall], str]:
    async with work.begin(recipient.actor) as uow:
        size = recipient.connector.abilities.batch_max
        due = await recall_store.list_due(uow.conn, uow.handler, recipient.contract, uow.now, after, size)
        there = {one.id: one for one in await presence_store.get_many(uow.conn, [one.presence_id for one in due])}
        names = await _open(uow, [there[one.presence_id] for one in due])
    jobs = [Job(one, there[one.presence_id], name) for one, name in zip(due, names, strict=True) if name is not None]
    nameless = [one for one, name in zip(due, names, strict=True) if name is None]
    return jobs, nameless, due[-1].id if due else after


async def _open(uow: UnitOfWork, there: Sequence[Presence]) -> list[str | None]:
    """The names; None where the key is gone."""
    try:
        return list(await names_of(uow, there))
    except Problem:
        return [await _open_one(uow, one) for one in there]


async def _open_one(uow: UnitOfWork, one: Presence) -> str | None:
    try:
        return (await names_of(uow, [one]))[0]
    except Problem as gone:
        if gone.code.name in ("vault.no_key", "keys.shredded"):
            return None
        raise


def _by_way(recipient: Recipient, jobs: Sequence[Job]) -> list[tuple[RecallWay | None, list[Job]]]:
    """The way each is taken back: as its contract wishes, if the recipient can, else the recipient's strongest."""
    able = recipient.connector.abilities.recall
    parts: dict[RecallWay | None, list[Job]] = {}
    for job in jobs:
        wished = next((way for way in able if way.value == job.recall.way), None)
        parts.setdefault(wished or next(iter(able), None), []).append(job)
    return list(parts.items())


async def _batch(
    work: Work, recipient: Recipient, jobs: Sequence[Job], way: RecallWay | None, patience: Patience, pace: Pace
) -> Recalled:
    """Ask who is there, take those back, and read back what became of it."""
    if way is None:
        return await hand_over(work, recipient, [(job.recall, NO_WAY) for job in jobs])
    reads_back = recipient.connector.abilities.reads_back
    async with pace.place():
        before = await found_of(recipient, [job.name for job in jobs], patience) if reads_back else None
        if reads_back and before is None:
            return await try_later(work, recipient, [(job, False, job.recall.unsure, NO_ANSWER) for job in jobs], way)
        there, told = await _before(work, recipient, jobs, before, way)
        if not there:
            return told
        return told.plus(await _attempts(work, recipient, there, way, patience, pace))


async def _attempts(
    work: Work, recipient: Recipient, jobs: Sequence[Job], way: RecallWay, patience: Patience, pace: Pace
) -> Recalled:
    """Recall these; what was not sent is sent again, and after an unknown outcome only who is still there."""
    told, unsure, reads_back = Recalled(), False, recipient.connector.abilities.reads_back
    for attempt in range(1, patience.attempts_max + 1):
        said, failure = await _recall(recipient, jobs, way, pace)
        if not failure:
            return told.plus(await _after(work, recipient, jobs, said, way, patience, unsure=unsure))
        if failure == UNSETTLED and reads_back:
            unsure = True
            await patience.sleep(patience.grace_s)
            found = await found_of(recipient, [job.name for job in jobs], patience)
            if found is None:
                break
            gone = [(job, "") for job, one in zip(jobs, found, strict=True) if not one.present]
            # whose name is gone may have kept values: that is read back only where the call is answered
            told = told.plus(await close(work, recipient, gone, way, verified=way is not RecallWay.ANONYMISE))
            jobs = [job for job, one in zip(jobs, found, strict=True) if one.present]
            if not jobs:
                return told
        await patience.sleep(patience.wait_s(attempt))
    return told.plus(await try_later(work, recipient, [(job, reads_back, unsure, NO_ANSWER) for job in jobs], way))


async def _before(
    work: Work, recipient: Recipient, jobs: Sequence[Job], found: Sequence[Found] | None, way: RecallWay
) -> tuple[list[Job], Recalled]:
    """Who is there and must be taken back; the others are gone by our doing, never arrived, or missing."""
    if found is None:
        return list(jobs), Recalled()
    there, never, deleted, inferred, missing = [], [], [], [], []
    for job, one in zip(jobs, found, strict=True):
        if one.present:
            there.append(job)
        elif job.presence.arrived_at is None:
            never.append((job, NEVER_ARRIVED))
        elif job.presence.lost_at is not None:
            deleted.append((job, DELETED))  # as it told us, and it is not there
        elif job.recall.seen and job.recall.unsure:
            inferred.append((job, INFERRED))
        else:
            missing.append((job.recall, MISSING))
    told = await close(work, recipient, [*never, *deleted], way, verified=True)
    told = told.plus(await close(work, recipient, inferred, way, verified=False))
    if there:
        async with work.begin(recipient.actor) as uow:
            marks = [(j.recall.id, True, True, 1, way.value, "", uow.now + timedelta(seconds=AGAIN_S)) for j in there]
            await recall_store.mark(uow.conn, marks)
    return there, told.plus(await hand_over(work, recipient, missing))


async def _recall(recipient: Recipient, jobs: Sequence[Job], way: RecallWay, pace: Pace) -> tuple[list[Settled], str]:
    """The recipient's word on each, or how the call failed. Raises `gateway.locked_out`."""
    names = [job.name for job in jobs]
    await pace.hold()
    call = pace.begin()
    try:
        said = await recipient.connector.recall(names, way)
    except NotSent as failure:
        raise_if_locked_out(recipient, failure)
        pace.was_too_much(call, retry_after_s(failure))
        return [], NOT_SENT
    except Unsettled as failure:
        pace.was_too_much(call, retry_after_s(failure))
        return [], UNSETTLED
    except Rejected as failure:
        return [Settled(name, Outcome.REJECTED, failure.upstream or failure.code) for name in names], ""
    if [one.external_id for one in said] != names:
        return [], UNSETTLED
    pace.went_well()
    return said, ""


async def _after(
    work: Work,
    recipient: Recipient,
    jobs: Sequence[Job],
    said: Sequence[Settled],
    way: RecallWay,
    patience: Patience,
    *,
    unsure: bool,
) -> Recalled:
    """Record by record: refused ones to people, busy ones later, done ones verified by reading back."""
    pairs = list(zip(jobs, said, strict=True))
    told = await hand_over(
        work, recipient, [(job.recall, one.code or "refused") for job, one in pairs if one.outcome is Outcome.REJECTED]
    )
    busy = [(job, True, False, one.code) for job, one in pairs if one.outcome is Outcome.RETRY]
    told = told.plus(await try_later(work, recipient, busy, way))
    done = [(job, one) for job, one in pairs if one.outcome is Outcome.DONE]
    renamed = [(job.recall, MISSING) for job, one in done if one.code == ABSENT and not (unsure or job.recall.unsure)]
    told = told.plus(await hand_over(work, recipient, renamed))
    kept = [job for job, one in done if one.code != ABSENT or unsure or job.recall.unsure]
    return told.plus(await _verify(work, recipient, kept, way, patience))


async def _verify(
    work: Work, recipient: Recipient, jobs: Sequence[Job], way: RecallWay, patience: Patience
) -> Recalled:
    if not jobs:
        return Recalled()
    if not recipient.connector.abilities.reads_back:
        return await close(work, recipient, [(job, "") for job in jobs], way, verified=False)
    found = await found_of(recipient, [job.name for job in jobs], patience)
    if found is None:
        return await try_later(work, recipient, [(job, True, True, NO_ANSWER) for job in jobs], way)
    pairs = list(zip(jobs, found, strict=True))
    told = await close(work, recipient, [(job, "") for job, one in pairs if not one.present], way, verified=True)
    stayed = [job for job, one in pairs if one.present]
    if way is RecallWay.DELETE:
        return told.plus(await hand_over(work, recipient, [(job.recall, STAYED) for job in stayed]))
    return told.plus(await close(work, recipient, [(job, "") for job in stayed], way, verified=False))


def _sum(told: Recalled, tasks: set[asyncio.Task[Recalled]]) -> Recalled:
    for task in tasks:
        told = told.plus(task.result())
    return told
