"""Take a person's answers, one choice at a time: yes, no, or no longer.

A yes or no belongs to the notice that was shown, named by its hash, and that must be the newest. A separate consent
(PIPL art. 23, 25, 26, 29, 39) is never given in one request with another yes; refusing many at once is nobody's harm.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yumen.customer.consent import notice_store, store
from yumen.customer.consent.eligibility import Eligibility
from yumen.customer.consent.notice_store import NoticeRecord
from yumen.customer.consent.purposes import GROUNDS
from yumen.customer.consent.store import Cause, Shown, State
from yumen.customer.consent.writing import write_down
from yumen.kit.errors import Code
from yumen.kit.i18n import Language
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security.datamap import Purpose

NOT_NEEDED: Final = Code("consent.not_needed", 422)
NO_NOTICE: Final = Code("consent.no_notice", 404)
NOTICE_OUTDATED: Final = Code("consent.notice_outdated", 409)
BUNDLED: Final = Code("consent.bundled", 422)
REPEATED: Final = Code("consent.repeated", 422)

CHOICES_MAX: Final = len(Purpose)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to one notice, as it was shown in that language."""

    purpose: Purpose
    given: bool
    notice_hash: bytes
    language: Language


async def answer(uow: UnitOfWork, subject: SubjectId, choices: Sequence[Choice]) -> None:
    """Take all choices of one request, or none. `subject` is the person meant, after merges.

    Raises `consent.not_needed` (contract or law suffices), `consent.bundled`, `consent.repeated`,
    `consent.no_notice`, `consent.notice_outdated`, `consent.barred`, each with the place of the choice.
    """
    _check(choices)
    await store.lock_subject(uow.conn, subject)
    for place, choice in enumerate(choices):
        if choice.given:
            await uow.use(Eligibility).require(uow, subject, choice.purpose, f"/choices/{place}/purpose")
        notice = await _shown(uow, choice, f"/choices/{place}")
        await _take(uow, subject, choice, notice)


@recorded
async def withdraw(uow: UnitOfWork, subject: SubjectId, purpose: Purpose) -> None:
    """Say no longer: one call, no notice, no reason (PIPL art. 15). Nothing given means nothing to do.

    Raises `consent.not_needed` for what rests on contract or law.
    """
    if not GROUNDS[purpose].asks:
        raise NOT_NEEDED(purpose=purpose.value, basis=GROUNDS[purpose].basis.value)
    await store.lock_subject(uow.conn, subject)
    standing = await store.find_standing(uow.conn, uow.handler, subject, purpose)
    if standing is None or standing.state is not State.GIVEN:
        return uow.unchanged(None)
    await write_down(uow, subject, standing, State.WITHDRAWN, Cause.PERSON)
    return None


def _check(choices: Sequence[Choice]) -> None:
    """Nothing asked where nothing needs asking, nothing twice, nothing bundled."""
    yeses = [choice.purpose for choice in choices if choice.given]
    for place, choice in enumerate(choices):
        ground = GROUNDS[choice.purpose]
        at = f"/choices/{place}/purpose"
        if not ground.asks:
            raise NOT_NEEDED(at=at, purpose=choice.purpose.value, basis=ground.basis.value)
        if any(choice.purpose is earlier.purpose for earlier in choices[:place]):
            raise REPEATED(at=at, purpose=choice.purpose.value)
        if choice.given and ground.separate is not None and len(yeses) > 1:
            raise BUNDLED(at=at, purpose=choice.purpose.value, article=ground.separate)


async def _shown(uow: UnitOfWork, choice: Choice, at: str) -> NoticeRecord:
    """The newest notice of the purpose, which must be the one that the person saw."""
    notice = await notice_store.find_notice(uow.conn, uow.handler, choice.purpose)
    if notice is None:
        raise NO_NOTICE(at=f"{at}/purpose", purpose=choice.purpose.value)
    if not hmac.compare_digest(notice.notice_hash, choice.notice_hash):
        raise NOTICE_OUTDATED(at=f"{at}/notice_hash", purpose=choice.purpose.value, version=notice.version)
    return notice


@recorded
async def _take(uow: UnitOfWork, subject: SubjectId, choice: Choice, notice: NoticeRecord) -> None:
    """Write the answer down, unless the person said so on this notice before. No after yes is a withdrawal."""
    standing = await store.find_standing(uow.conn, uow.handler, subject, choice.purpose)
    said = None if standing is None else standing.state
    if standing is not None and standing.notice_id == notice.id and (said is State.GIVEN) == choice.given:
        return uow.unchanged(None)
    state = State.GIVEN if choice.given else State.WITHDRAWN if said is State.GIVEN else State.REFUSED
    shown = Shown(choice.purpose, notice.id, notice.notice_hash, notice.version, choice.language)
    await write_down(uow, subject, shown, state, Cause.PERSON)
    return None
