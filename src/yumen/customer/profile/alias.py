"""Two subjects turn out to be one natural person: merge them, and take a merge back.

WeChat's unionid proves it, then it happens by itself; otherwise one member of staff proposes and another approves.
A phone number proves nothing. A merge is a link, not a rewriting: each subject keeps its rows, seals and history, and
every no to a consent holds for both (`consent.merge`), also after the merge was taken back.
"""

from __future__ import annotations

from typing import Final

from yumen.customer import consent
from yumen.customer.identity import Subject, subjects
from yumen.customer.profile.events import SubjectsMerged, SubjectsUnmerged
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.access import four_eyes

MERGED: Final = trail.LeafKind("subject.merged", "merge", "loser", "proof", "approval")
UNMERGED: Final = trail.LeafKind("subject.unmerged", "merge", "loser", "approval")

MERGE: Final = "identity.merge"
UNMERGE: Final = "identity.unmerge"


@recorded
async def merge_proved(uow: UnitOfWork, one: SubjectId, other: SubjectId) -> str | None:
    """Merge two subjects to whom WeChat gave one unionid; the one known longer is the person. None: nothing to do."""
    persons = [await _person(uow, subject) for subject in (one, other)]
    winner, loser = sorted(persons, key=lambda person: (person.enrolled_at, person.id))
    if winner.id == loser.id or any(person.erased_at is not None for person in persons):
        return uow.unchanged(None)
    return await _merge(uow, winner, loser, "unionid", None)


@recorded
async def merge_by_staff(uow: UnitOfWork, keep: str, merge: str, approval: str | None) -> str:
    """Merge two persons named by their outside ids, as a second member of staff approved; answers the merge's id.

    Raises `subject.not_found`, `merge.…`, `approval.…`.
    """
    winner = await subjects.get_by_ref(uow, keep, at="/keep")
    loser = await subjects.get_by_ref(uow, merge, at="/merge")
    await four_eyes.consume(uow, approval, MERGE, four_eyes.facts_hash(merge_facts(keep, merge)))
    return await _merge(uow, winner, loser, "staff", approval)


@recorded
async def unmerge(uow: UnitOfWork, merge: str, approval: str | None) -> SubjectId:
    """Take a merge back, as a second member of staff approved; answers who is a person of their own again.

    Raises `merge.not_found`, `approval.…`.
    """
    await four_eyes.consume(uow, approval, UNMERGE, four_eyes.facts_hash({"merge": merge}))
    link = await subjects.unlink(uow, merge)
    winner = (await subjects.get(uow, link.winner)).person
    await consent.merge(uow, link.loser, winner)
    await trail.record(uow, UNMERGED.name, winner, merge=merge, loser=link.loser, approval=approval)
    await uow.emit(SubjectsUnmerged(winner, link.loser, uow.handler))
    return link.loser


def merge_facts(keep: str, merge: str) -> four_eyes.Facts:
    """What the second person approves."""
    return {"keep": keep, "merge": merge}


async def merge_proved_job(work: Work, args: Arguments) -> None:
    """Listener of `UnionidProved`."""
    actor = Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))
    async with work.begin(actor) as uow:
        await merge_proved(uow, SubjectId(int(args["one"] or 0)), SubjectId(int(args["other"] or 0)))


async def _merge(uow: UnitOfWork, winner: Subject, loser: Subject, proof: str, approval: str | None) -> str:
    link = await subjects.link(uow, loser.id, winner.id, proof)
    await consent.merge(uow, winner.id, loser.id)
    await trail.record(uow, MERGED.name, winner.id, merge=link.merge, loser=loser.id, proof=proof, approval=approval)
    await uow.emit(SubjectsMerged(winner.id, loser.id, uow.handler))
    return link.merge


async def _person(uow: UnitOfWork, subject: SubjectId) -> Subject:
    found = await subjects.get(uow, subject)
    return found if found.person == found.id else await subjects.get(uow, found.person)
