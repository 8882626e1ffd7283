"""What the gate keeps about a person, how it is handed over, how an erasure reaches recipients (PIPL art. 45, 47)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yumen.customer import identity
from yumen.gateway import ground_store, presence_store, retraction
from yumen.gateway.asking import names_of
from yumen.gateway.fields import EXTERNAL_ID, GROUND
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import After, Erased, Holding, Keep

KEEP: Final = Keep(days=1096, after=After.PURPOSE_ENDED, law="retention.providing_record")
ERASED: Final = "export.erased"


async def hand_over(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """Under which contract somebody abroad knows the person, by which name, since when, until when."""
    family = await identity.subjects.family(uow.conn, subject)
    there = await presence_store.list_of_subjects(uow.conn, uow.handler, family)
    names = await names_of(uow, there)
    return (
        {
            "external_id": [
                {
                    "contract": one.contract,
                    "external_id": name,
                    "arrived_at": None if one.arrived_at is None else one.arrived_at.isoformat(),
                    "being_recalled": one.recalling,
                }
                for one, name in zip(there, names, strict=True)
            ]
        }
        if there
        else {}
    )


async def erase(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Plan to take the person back everywhere; the names are kept, locked to that, until it is done."""
    family = await identity.subjects.family(uow.conn, subject)
    await retraction.plan_erased(uow, family, ERASED)
    rows = await presence_store.delete_gone(uow.conn, uow.handler, family)
    there = await presence_store.list_of_subjects(uow.conn, uow.handler, family)
    return Erased(rows, kept=len(there))


async def hand_over_grounds(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """What was found true of the person, why and until when."""
    family = await identity.subjects.family(uow.conn, subject)
    found = await ground_store.list_of_persons(uow.conn, family)
    said = [{"fact": one.fact, "reason": one.reason, "until_on": one.until_on.isoformat()} for one in found]
    return {"fact": said} if said else {}


async def erase_grounds(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Nothing holds any more; that it was said stays as evidence of what left."""
    family = await identity.subjects.family(uow.conn, subject)
    await ground_store.end_of_persons(uow.conn, family, uow.now)
    return Erased(0, kept=len(await ground_store.list_of_persons(uow.conn, family)))


HOLDINGS: Final = (
    Holding(
        name="gateway.ground",
        module="gateway",
        fields=(GROUND,),
        retention=GROUND.retention,
        keep=KEEP,
        hand_over=hand_over_grounds,
        erase=erase_grounds,
    ),
    Holding(
        name="gateway.presence",
        module="gateway",
        fields=(EXTERNAL_ID,),
        retention=EXTERNAL_ID.retention,
        keep=KEEP,
        hand_over=hand_over,
        erase=erase,
    ),
)
