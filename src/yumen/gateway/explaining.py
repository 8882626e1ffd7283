"""Answer a recipient's question about one of its names ("why is she not here, why was she removed?") in codes only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from yumen.border import State, transfers
from yumen.customer import identity
from yumen.gateway import case_store, presence_store, recall_store
from yumen.gateway.fields import EXTERNAL_ID
from yumen.gateway.gate import Gate
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault
from yumen.security.trail import LeafKind

EXPLAINED: Final = LeafKind("gateway.explained", "found")

NAMES_MAX: Final = 100
TRANSFERS_MAX: Final = 20


class Said(Struct, frozen=True):
    """One line of the answer: what it is about, under which contract, when, and its code."""

    about: str
    contract: str
    code: str
    state: str
    at: datetime | None


class Explanation(Struct, frozen=True):
    """`known`: the name is or was somebody's here. The newest transfers come first; nothing names the person."""

    known: bool
    lines: tuple[Said, ...] = ()


@recorded
async def explain(uow: UnitOfWork, gate: Gate, external_id: str) -> Explanation:
    """What is known of that name: where it is, what was asked and answered, what was taken back and why.

    A name that no recipient ever got is looked up in the fields by which a person may be named. Of the erased nothing
    is known any more.
    """
    index = await vault.index(uow, EXTERNAL_ID, external_id)
    there = await presence_store.list_of_index(uow.conn, uow.handler, index, NAMES_MAX)
    subjects = {one.subject for one in there}
    for find in gate.finders.values():
        subjects |= set(await find(uow, external_id))
    await trail.record(uow, EXPLAINED.name, found=len(subjects))
    if not subjects:
        return Explanation(known=False)
    lines = [_presence(one) for one in there]
    recalls = await recall_store.list_of_presences(uow.conn, [one.id for one in there])
    lines += [Said("recall", one.contract, one.code or one.reason, one.state, one.planned_at) for one in recalls]
    family = await _family(uow, sorted(subjects))
    lines += [
        Said("case", one.contract, one.code, one.state, one.opened_at)
        for one in await case_store.list_of(uow.conn, uow.handler, family)
    ]
    lines += [
        Said("transfer", one.contract or "", one.code, State(one.state).name.lower(), one.state_at)
        for one in await transfers.of_person(uow, family, TRANSFERS_MAX)
    ]
    return Explanation(known=True, lines=tuple(lines))


def _presence(one: presence_store.Presence) -> Said:
    if one.gone_at is not None:
        return Said("name", one.contract, "gateway.name_gone", "gone", one.gone_at)
    if one.recalling:
        return Said("name", one.contract, "gateway.name_recalling", "recalling", one.arrived_at)
    if one.arrived_at is not None:
        return Said("name", one.contract, "gateway.name_there", "there", one.arrived_at)
    return Said("name", one.contract, "gateway.name_on_the_way", "on_the_way", None)


async def _family(uow: UnitOfWork, subjects: Sequence[SubjectId]) -> list[SubjectId]:
    meant = await identity.people.find(uow.conn, uow.handler, subjects)
    families: set[SubjectId] = set(subjects)
    for person in {one.person for one in meant.values()}:
        families |= set(await identity.subjects.family(uow.conn, person))
    return sorted(families)
