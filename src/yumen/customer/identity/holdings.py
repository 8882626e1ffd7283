"""What identity keeps about a person, how it is handed over and how it is erased (PIPL art. 45, 47)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yumen.customer.identity import session_store, store
from yumen.customer.identity.authentication import Authenticator
from yumen.customer.identity.fields import CREDENTIAL, DEVICE, OPENID, UNIONID
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import After, Erased, Holding, Keep, RetentionClass

KEEP: Final = Keep(days=15, after=After.ACCOUNT_CLOSED, law="retention.account_closed")


async def hand_over_aliases(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """What WeChat calls the person, in each app."""
    rows = await store.list_aliases(uow.conn, await store.family_ids(uow.conn, subject))
    places = [(SubjectId(row["subject_id"]), OPENID, row["openid_sealed"]) for row in rows]
    joined = [row for row in rows if row["unionid_sealed"] is not None]
    places += [(SubjectId(row["subject_id"]), UNIONID, row["unionid_sealed"]) for row in joined]
    opened = await vault.unseal_many(uow, places)
    return {
        "openid": [{"app": row["appid"], "openid": openid} for row, openid in zip(rows, opened, strict=False)],
        "unionid": sorted(set(opened[len(rows) :])),
    }


async def erase_aliases(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Take away every name of the person: whoever comes with the openid again is a stranger."""
    family = await store.family_ids(uow.conn, subject)
    rows = await store.delete_aliases(uow.conn, family)
    await store.note_erased(uow.conn, family, uow.now)
    return Erased(rows)


async def hand_over_sessions(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """Where the person is logged in. Credentials are hashes and are not handed over."""
    rows = await session_store.list_of(uow.conn, subject, uow.now)
    return {
        "device": [
            {"session": row["id"], "device": row["device"], "opened_at": row["opened_at"].isoformat()} for row in rows
        ]
    }


async def erase_sessions(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Log the person out everywhere."""
    gone = await session_store.revoke(uow.conn, subject, None)
    for row in gone:
        uow.use(Authenticator).forget(row["token_hash"], row["previous_hash"])
    return Erased(len(gone))


ALIAS: Final = Holding(
    name="identity.alias",
    module="customer.identity",
    fields=(OPENID, UNIONID),
    retention=RetentionClass.MEMBERSHIP,
    keep=KEEP,
    hand_over=hand_over_aliases,
    erase=erase_aliases,
)
SESSION: Final = Holding(
    name="identity.session",
    module="customer.identity",
    fields=(DEVICE, CREDENTIAL),
    retention=RetentionClass.MEMBERSHIP,
    keep=KEEP,
    hand_over=hand_over_sessions,
    erase=erase_sessions,
)
HOLDINGS: Final = (ALIAS, SESSION)
