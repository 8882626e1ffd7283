"""Take in a shopper whom the lane did not know: a new person, or a person of this handler in another of its apps.

WeChat's unionid joins the apps of one handler and nothing else does: a phone number is recycled, a nickname proves
nothing. Who is decided while the unionid is locked, so that two first logins at once become one person.
"""

from __future__ import annotations

from typing import Final

from yumen.customer.identity import session_store, store
from yumen.customer.identity.events import SubjectEnrolled, UnionidProved
from yumen.customer.identity.fields import OPENID, UNIONID
from yumen.customer.identity.login import OPENED, Arrival, Known
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault

ENROLLED: Final = trail.LeafKind("subject.enrolled", "app")
NAMED: Final = trail.LeafKind("subject.named_again", "app")
UNIONID_LEARNED: Final = trail.LeafKind("subject.unionid_learned", "app")


class NamedMeanwhile(Exception):
    """Another request gave this openid its person first: roll back, and log in by the lane."""


async def take_in(uow: UnitOfWork, arrival: Arrival) -> tuple[Known, bool]:
    """Write down who arrived and open the session that was made ready; says whether the person is new.

    Raises `NamedMeanwhile`.
    """
    known, is_new = await _decide(uow, arrival)
    await _open_session(uow, arrival, known)
    return known, is_new


async def _decide(uow: UnitOfWork, arrival: Arrival) -> tuple[Known, bool]:
    if arrival.unionid_index is not None:
        await store.lock_unionid(uow.conn, uow.handler, arrival.unionid_index)
        row = await store.find_by_unionid(uow.conn, uow.handler, arrival.unionid_index)
        if row is not None:
            known = Known(SubjectId(row["person"]), row["ref"], SubjectId(row["id"]), arrival.unionid_index)
            return await _name_again(uow, arrival, known), False
    return await _enrol(uow, arrival), True


@recorded
async def _enrol(uow: UnitOfWork, arrival: Arrival) -> Known:
    """A person this handler did not know. The number comes first: the key database is asked for keys under it."""
    subject = await store.next_subject_id(uow.conn)
    ref = new_id("sub")
    await store.insert_subject(uow.conn, subject, uow.handler, ref, uow.now)
    await _name(uow, arrival, subject)
    await trail.record(uow, ENROLLED.name, subject, app=arrival.app.key)
    await uow.emit(SubjectEnrolled(subject, uow.handler))
    return Known(subject, ref, subject, arrival.unionid_index)


@recorded
async def _name_again(uow: UnitOfWork, arrival: Arrival, known: Known) -> Known:
    """The unionid names a person of this handler: another app's openid for them."""
    await _name(uow, arrival, known.named)
    await trail.record(uow, NAMED.name, known.subject, app=arrival.app.key)
    return known


async def _name(uow: UnitOfWork, arrival: Arrival, subject: SubjectId) -> None:
    fields = [(subject, OPENID, arrival.openid)]
    if arrival.unionid_index is not None:
        fields.append((subject, UNIONID, arrival.unionid))
    openid_sealed, *unionid_sealed = await vault.seal_many(uow, fields)
    unionid = None if arrival.unionid_index is None else (arrival.unionid_index, unionid_sealed[0])
    openid = (arrival.visit.openid_index, openid_sealed)
    if not await store.insert_alias(uow.conn, arrival.app.key, uow.handler, subject, openid, unionid, uow.now):
        raise NamedMeanwhile


@recorded
async def _open_session(uow: UnitOfWork, arrival: Arrival, known: Known) -> None:
    visit = arrival.visit
    await session_store.insert(
        uow.conn,
        visit.token_hash,
        visit.session,
        known.named,
        visit.app,
        visit.device,
        visit.key_sealed,
        arrival.at,
        arrival.expires_at,
        visit.repeat_index,
    )
    await trail.record(uow, OPENED.name, known.subject, session=visit.session, app=visit.app)


@recorded
async def learn_unionid(uow: UnitOfWork, arrival: Arrival, known: Known) -> None:
    """Keep the unionid that WeChat gave for somebody known without it, or with another.

    (The app was bound to an Open Platform account since, or moved to another one.) When it names another person of
    this handler too, `UnionidProved` says so.
    """
    assert arrival.unionid_index is not None
    await store.lock_unionid(uow.conn, uow.handler, arrival.unionid_index)
    sealed = await vault.seal(uow, known.named, UNIONID, arrival.unionid)
    visit = arrival.visit
    if not await store.set_unionid(uow.conn, arrival.app.key, visit.openid_index, arrival.unionid_index, sealed):
        return uow.unchanged(None)
    await trail.record(uow, UNIONID_LEARNED.name, known.subject, app=arrival.app.key)
    other = await store.find_by_unionid(uow.conn, uow.handler, arrival.unionid_index, known.subject)
    if other is not None:
        await uow.emit(UnionidProved(SubjectId(other["person"]), known.subject, uow.handler))
    return None
