"""What is kept of another system's word about a person, how it is handed over and erased (PIPL art. 45, 47)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg.rows import DictRow

from yumen.app.transfer import consent_store, member_store, order_store
from yumen.app.transfer.fields import BIRTHDAY, EXTERNAL, LEGACY, NICKNAME, PAST_ORDER
from yumen.customer.identity import subjects
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import After, Erased, Field, Holding, Keep, RetentionClass

PAST_MAX: Final = 10_000
KEEP: Final = Keep(days=15, after=After.ACCOUNT_CLOSED, law="retention.account_closed")


async def hand_over_names(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """What other systems call the person."""
    rows = await member_store.list_members(uow.conn, await subjects.family(uow.conn, subject))
    places = [(SubjectId(row["subject_id"]), EXTERNAL, row["external_sealed"]) for row in rows]
    opened = await vault.unseal_many(uow, places) if places else []
    names = [{"source": row["source"], "external": name} for row, name in zip(rows, opened, strict=True)]
    return {"external": names} if names else {}


async def erase_names(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """The name goes; a keyed fingerprint without a person stays, so that the next file does not bring them back."""
    gone = await member_store.suppress(uow.conn, await subjects.family(uow.conn, subject))
    return Erased(gone)


async def hand_over_waiting(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """What waits for the person's consent, used for nothing so far."""
    rows = await member_store.list_waiting(uow.conn, await subjects.family(uow.conn, subject))
    told: dict[str, object] = {}
    for row in rows:
        for field in (NICKNAME, BIRTHDAY):
            told |= await _opened(uow, SubjectId(row["subject_id"]), field, row[f"{field.name}_sealed"])
    return told


async def erase_waiting(uow: UnitOfWork, subject: SubjectId) -> Erased:
    return Erased(len(await member_store.take_waiting(uow.conn, await subjects.family(uow.conn, subject))))


async def hand_over_legacy(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """Answers that another system says the person gave; they permit nothing."""
    rows = await consent_store.list_of(uow.conn, await subjects.family(uow.conn, subject))
    return {"state": [{name: row[name] for name in ("source", "purpose", "state", "proof")} for row in rows]}


async def erase_legacy(uow: UnitOfWork, subject: SubjectId) -> Erased:
    return Erased(await consent_store.delete(uow.conn, await subjects.family(uow.conn, subject)))


async def hand_over_past(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """What the person bought elsewhere, the newest first."""
    rows = await _past(uow, subject)
    names = ("source", "number", "state", "total_fen", "refunded_fen", "lines")
    told = [{name: row[name] for name in names} | {"placed_at": row["placed_at"].isoformat()} for row in rows]
    return {"lines": told} if told else {}


async def keep_past(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Nothing goes while law keeps it; the rows name nobody once identity is erased."""
    return Erased(0, kept=len(await _past(uow, subject)))


async def _past(uow: UnitOfWork, subject: SubjectId) -> Sequence[DictRow]:
    return await order_store.list_of(uow.conn, await subjects.family(uow.conn, subject), None, PAST_MAX)


async def _opened(uow: UnitOfWork, subject: SubjectId, field: Field, sealed: bytes | None) -> dict[str, object]:
    return {} if sealed is None else {field.name: await vault.unseal(uow, subject, field, sealed)}


HOLDINGS: Final = (
    Holding(
        name="inbound.member",
        module="app.transfer",
        fields=(EXTERNAL,),
        retention=RetentionClass.MEMBERSHIP,
        keep=KEEP,
        hand_over=hand_over_names,
        erase=erase_names,
    ),
    Holding(
        name="inbound.waiting",
        module="app.transfer",
        fields=(NICKNAME, BIRTHDAY),
        retention=RetentionClass.MEMBERSHIP,
        keep=KEEP,
        hand_over=hand_over_waiting,
        erase=erase_waiting,
    ),
    Holding(
        name="inbound.legacy_consent",
        module="app.transfer",
        fields=(LEGACY,),
        retention=RetentionClass.MEMBERSHIP,
        keep=KEEP,
        hand_over=hand_over_legacy,
        erase=erase_legacy,
    ),
    Holding(
        name="inbound.past_order",
        module="app.transfer",
        fields=(PAST_ORDER,),
        retention=RetentionClass.TRANSACTION,
        keep=Keep(days=1096, after=After.CONTRACT_ENDED, law="retention.transaction"),
        hand_over=hand_over_past,
        erase=keep_past,
    ),
)
