"""Staff routes about persons: find one by phone number, merge two, take a merge back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import post
from msgspec import Meta

from yumen.customer.profile import alias, find
from yumen.kit.web import Edge, allow
from yumen.kit.work import UnitOfWork

SubjectRef = Annotated[str, Meta(pattern="^sub_[0-9a-hjkmnp-tv-z]{26}$")]
MergeId = Annotated[str, Meta(pattern="^mrg_[0-9a-hjkmnp-tv-z]{26}$")]
ApprovalId = Annotated[str, Meta(pattern="^apr_[0-9a-hjkmnp-tv-z]{26}$")]
Outcome = Mapping[str, str | int | None]


class FindBody(msgspec.Struct, forbid_unknown_fields=True):
    phone: Annotated[str, Meta(min_length=5, max_length=32, examples=["+86 199 0000 0001"])]


class FoundView(msgspec.Struct):
    """A person, and nothing about them but how long they are known."""

    subject: str
    enrolled_at: datetime
    last_seen_at: datetime


class FoundsView(msgspec.Struct):
    """The same number may be of several persons: numbers are recycled."""

    items: list[FoundView]


class MergeBody(msgspec.Struct, forbid_unknown_fields=True):
    """`keep` is the person from now on; `approval_id` is of an `identity.merge` with the facts `keep` and `merge`."""

    keep: SubjectRef
    merge: SubjectRef
    approval_id: ApprovalId | None = None


class UnmergeBody(msgspec.Struct, forbid_unknown_fields=True):
    """`approval_id` is of an `identity.unmerge` with the fact `merge`."""

    merge: MergeId
    approval_id: ApprovalId | None = None


class MergeView(msgspec.Struct):
    merge: str


@post(
    "/staff/v1/subjects/find",
    opt=allow("subject", "find"),
    status_code=200,
    summary="Find persons by phone number",
    description="Every search is counted and leaves a leaf in the trail.",
)
async def find_subjects(data: FindBody, edge: Edge) -> FoundsView:
    async with edge.unit() as uow:
        found = await find.by_phone(uow, data.phone)
    return FoundsView([FoundView(person.ref, person.enrolled_at, person.last_seen_at) for person in found])


@post(
    "/staff/v1/subjects/merge",
    opt=allow("subject", "merge"),
    status_code=200,
    summary="Merge two persons, as a second person approved",
)
async def merge_subjects(data: MergeBody, edge: Edge) -> MergeView:
    outcome = await edge.once(lambda uow: _merged(uow, data))
    return MergeView(str(outcome["merge"]))


@post(
    "/staff/v1/subjects/unmerge",
    opt=allow("subject", "unmerge"),
    status_code=200,
    summary="Take a merge back, as a second person approved",
)
async def unmerge_subjects(data: UnmergeBody, edge: Edge) -> MergeView:
    outcome = await edge.once(lambda uow: _unmerged(uow, data))
    return MergeView(str(outcome["merge"]))


async def _merged(uow: UnitOfWork, data: MergeBody) -> Outcome:
    return {"merge": await alias.merge_by_staff(uow, data.keep, data.merge, data.approval_id)}


async def _unmerged(uow: UnitOfWork, data: UnmergeBody) -> Outcome:
    await alias.unmerge(uow, data.merge, data.approval_id)
    return {"merge": data.merge}


STAFF_ROUTES: Final = [find_subjects, merge_subjects, unmerge_subjects]
