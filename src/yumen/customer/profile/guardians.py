"""A guardian agrees for a child: the child hands on a link, a grown-up opens it in their own WeChat and says yes.

The link carries a token that is kept as its SM3 only. What was agreed to are the notices of that day, all but those
that no child is ever asked, named by one hash over theirs (SM3, in the order of their purposes); the leaf names both
persons by their numbers.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from yumen.customer.consent import choices, registration
from yumen.customer.identity import subjects
from yumen.customer.profile import minor_store, minors
from yumen.customer.profile.events import AgeDeclared
from yumen.customer.profile.minor_store import Guardian
from yumen.customer.profile.minors import Band
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

NOT_A_CHILD: Final = Code("guardian.not_a_child", 409)
LINK_GONE: Final = Code("guardian.link_gone", 404)
NOT_GROWN_UP: Final = Code("guardian.not_grown_up", 403)
SAME_PERSON: Final = Code("guardian.same_person", 403)
UNKNOWN: Final = Code("guardian.unknown", 404)
NOTICES_CHANGED: Final = Code("guardian.notices_changed", 409)

CONSENTED: Final = LeafKind("guardian.consented", "consent", "notice", "guardian")
WITHDRAWN: Final = LeafKind("guardian.withdrawn", "consent", "by")

LINK_LASTS: Final = timedelta(hours=24)
TOKEN_BYTES: Final = 24


class Invitation(Struct, frozen=True):
    """The token to hand on; nobody can read it again."""

    token: str
    expires_at: datetime


class Asked(Struct, frozen=True):
    """What a guardian is asked to agree to: the notices of these purposes, by one hash; none that no child is asked."""

    notice_hash: bytes
    purposes: tuple[str, ...]
    expires_at: datetime


async def invite(uow: UnitOfWork, child: SubjectId) -> Invitation:
    """Make a link for the child's guardian; an older link that nobody used ends. Raises `guardian.not_a_child`."""
    if await minors.find(uow, child) is not Band.CHILD:
        raise NOT_A_CHILD()
    await minor_store.delete_invitations(uow.conn, await subjects.family(uow.conn, child))
    invitation = Invitation(secrets.token_urlsafe(TOKEN_BYTES), uow.now + LINK_LASTS)
    await minor_store.insert_guardian(
        uow.conn, uow.handler, new_id("gdn"), child, _hash(invitation.token), uow.now, invitation.expires_at
    )
    return invitation


async def look(uow: UnitOfWork, token: str) -> Asked:
    """What the link asks. It says nothing of the child. Raises `guardian.link_gone`."""
    return await _asked(uow, await _open(uow, token))


async def _asked(uow: UnitOfWork, invitation: Guardian) -> Asked:
    shown = [notice for notice in await registration.in_force(uow) if notice.purpose not in minors.NEVER_CHILD]
    together = sm3(b"".join(notice.notice_hash for notice in shown))
    return Asked(together, tuple(notice.purpose.value for notice in shown), invitation.expires_at)


@recorded
async def agree(uow: UnitOfWork, guardian: SubjectId, token: str, notice_hash: bytes) -> str:
    """The guardian says yes to the notices they were shown; answers the consent's id.

    Raises `guardian.link_gone`, `guardian.not_grown_up`, `guardian.same_person`, `guardian.notices_changed`.
    """
    invitation = await _open(uow, token)
    asked = await _asked(uow, invitation)
    if not hmac.compare_digest(asked.notice_hash, notice_hash):
        raise NOTICES_CHANGED(at="/notice_hash")
    if guardian in await subjects.family(uow.conn, invitation.child):
        raise SAME_PERSON()
    if await minors.find(uow, guardian) is not Band.ADULT:
        raise NOT_GROWN_UP()
    await minor_store.agree(uow.conn, invitation.id, guardian, notice_hash, uow.now)
    who = await subjects.get(uow, guardian)
    await trail.record(
        uow, CONSENTED.name, invitation.child, consent=invitation.id, notice=notice_hash.hex(), guardian=who.ref
    )
    await uow.emit(AgeDeclared(invitation.child, uow.handler))
    return invitation.id


async def list_children(uow: UnitOfWork, guardian: SubjectId) -> list[Guardian]:
    """For whom this person agreed and still does."""
    return await minor_store.list_of_guardian(uow.conn, await subjects.family(uow.conn, guardian))


@recorded
async def withdraw(uow: UnitOfWork, person: SubjectId, consent: str) -> None:
    """Guardian or child takes the consent back; the child's own answers end with it. Raises `guardian.unknown`."""
    family = await subjects.family(uow.conn, person)
    of_both = [
        *await minor_store.list_of_guardian(uow.conn, family),
        *await minor_store.list_of_children(uow.conn, family),
    ]
    found = next((one for one in of_both if one.id == consent and one.agreed), None)
    if found is None:
        raise UNKNOWN()
    await minor_store.withdraw(uow.conn, found.id, uow.now)
    for purpose in sorted(await minors.barred(uow, found.child)):
        await choices.withdraw(uow, found.child, purpose)
    by = "guardian" if found.guardian in family else "child"
    await trail.record(uow, WITHDRAWN.name, found.child, consent=found.id, by=by)
    await uow.emit(AgeDeclared(found.child, uow.handler))


async def _open(uow: UnitOfWork, token: str) -> Guardian:
    found = await minor_store.find_invitation(uow.conn, uow.handler, _hash(token))
    if found is None or found.consented_at is not None or found.expires_at <= uow.now:
        raise LINK_GONE()
    return found


def _hash(token: str) -> bytes:
    return sm3(token.encode())
