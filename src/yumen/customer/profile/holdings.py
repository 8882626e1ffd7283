"""What a profile keeps about a person, how it is handed over and how it is erased (PIPL art. 45, 47)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from yumen.customer.identity import subjects
from yumen.customer.profile import avatar, details, minor_store, minors, store
from yumen.customer.profile.fields import AGE, BIRTHDAY, GUARDIAN, NICKNAME, PHONE, PICTURE, REGION
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import After, Erased, Holding, Keep, RetentionClass

KEEP: Final = Keep(days=15, after=After.ACCOUNT_CLOSED, law="retention.account_closed")


async def hand_over_phone(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """The number in full."""
    row = await store.find_phone(uow.conn, await subjects.family(uow.conn, subject))
    if row is None:
        return {}
    return {"phone": await vault.unseal(uow, SubjectId(row["subject_id"]), PHONE, row["phone_sealed"])}


async def erase_phone(uow: UnitOfWork, subject: SubjectId) -> Erased:
    return Erased(await store.delete_phones(uow.conn, await subjects.family(uow.conn, subject)))


async def hand_over_details(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    known = await details.find(uow, subject)
    given = {"nickname": known.nickname, "birthday": known.birthday, "region": known.region}
    return {name: value for name, value in given.items() if value is not None}


async def erase_details(uow: UnitOfWork, subject: SubjectId) -> Erased:
    return Erased(await store.delete_details(uow.conn, await subjects.family(uow.conn, subject)))


async def hand_over_avatar(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """The picture as a data URL."""
    try:
        picture = await avatar.get(uow, subject)
    except Problem as absent:
        if absent.code is not avatar.ABSENT:
            raise
        return {}
    return {"picture": f"data:{picture.media_type};base64,{b64encode(picture.content).decode()}"}


async def erase_avatar(uow: UnitOfWork, subject: SubjectId) -> Erased:
    return Erased(await store.delete_avatars(uow.conn, await subjects.family(uow.conn, subject)))


async def hand_over_age(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """The band of today, if one was told."""
    band = await minors.find(uow, subject)
    return {} if band is None else {"band": band.name.lower()}


async def erase_age(uow: UnitOfWork, subject: SubjectId) -> Erased:
    family = await subjects.family(uow.conn, subject)
    await minor_store.delete_invitations(uow.conn, family)
    return Erased(await minor_store.delete_ages(uow.conn, family))


async def hand_over_guardian(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """When a guardian agreed for this child, and for how many children this person did."""
    agreed = [one for one in await minor_store.list_of_children(uow.conn, [subject]) if one.consented_at is not None]
    given = await minor_store.list_of_guardian(uow.conn, await subjects.family(uow.conn, subject))
    told: dict[str, object] = {}
    if agreed:
        told["consent"] = [
            {"id": one.id, "consented_at": _moment(one.consented_at), "withdrawn_at": _moment(one.withdrawn_at)}
            for one in agreed
        ]
    if given:
        told["agreed_for"] = [{"id": one.id, "consented_at": _moment(one.consented_at)} for one in given]
    return told


async def keep_guardian(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Nothing goes while it may have to be proved; it names nobody once identity is erased."""
    return Erased(0, kept=len(await minor_store.list_of_children(uow.conn, [subject])))


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


PHONE_HOLDING: Final = Holding(
    name="profile.phone",
    module="customer.profile",
    fields=(PHONE,),
    retention=RetentionClass.MEMBERSHIP,
    keep=KEEP,
    hand_over=hand_over_phone,
    erase=erase_phone,
)
DETAIL_HOLDING: Final = Holding(
    name="profile.detail",
    module="customer.profile",
    fields=(NICKNAME, BIRTHDAY, REGION),
    retention=RetentionClass.MEMBERSHIP,
    keep=KEEP,
    hand_over=hand_over_details,
    erase=erase_details,
)
AVATAR_HOLDING: Final = Holding(
    name="profile.avatar",
    module="customer.profile",
    fields=(PICTURE,),
    retention=RetentionClass.MEMBERSHIP,
    keep=KEEP,
    hand_over=hand_over_avatar,
    erase=erase_avatar,
)
AGE_HOLDING: Final = Holding(
    name="profile.age",
    module="customer.profile",
    fields=(AGE,),
    retention=RetentionClass.MEMBERSHIP,
    keep=KEEP,
    hand_over=hand_over_age,
    erase=erase_age,
)
GUARDIAN_HOLDING: Final = Holding(
    name="profile.guardian",
    module="customer.profile",
    fields=(GUARDIAN,),
    retention=RetentionClass.EVIDENCE,
    keep=Keep(days=1096, after=After.WITHDRAWN, law="retention.consent_evidence"),
    hand_over=hand_over_guardian,
    erase=keep_guardian,
)
HOLDINGS: Final = (PHONE_HOLDING, DETAIL_HOLDING, AVATAR_HOLDING, AGE_HOLDING, GUARDIAN_HOLDING)
