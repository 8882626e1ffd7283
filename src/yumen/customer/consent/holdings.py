"""What consent keeps about a person: the answers, as codes, for as long as they may have to be proved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from yumen.customer import identity
from yumen.customer.consent import store
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import (
    After,
    Basis,
    Erased,
    Field,
    Holding,
    Keep,
    Kind,
    Purpose,
    RetentionClass,
    Sensitivity,
)

KEEP: Final = Keep(1096, After.WITHDRAWN, "retention.consent_evidence")
ANSWERS_MAX: Final = 1000

ANSWER: Final = Field(
    holding="consent.answer",
    name="state",
    kind=Kind.ANSWER,
    sensitivity=Sensitivity.GENERAL,
    purpose=Purpose.EVIDENCE,
    basis=Basis.LEGAL_DUTY,
    retention=RetentionClass.EVIDENCE,
    columns=("consent.answer.state",),
)


async def hand_over(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """Every answer with its moment and the hash of the notice shown; the signed receipts are downloaded one by one."""
    family = await identity.subjects.family(uow.conn, subject)
    answers = await store.list_answers(uow.conn, uow.handler, family, "", ANSWERS_MAX)
    return {
        "answers": [
            {
                "receipt": answer.id,
                "purpose": answer.purpose.value,
                "state": answer.state.value,
                "cause": answer.cause.value,
                "language": answer.language,
                "answered_at": answer.answered_at.isoformat(),
                "notice_sm3": answer.notice_hash.hex(),
            }
            for answer in answers
        ]
    }


async def erase(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Erase what ended long enough ago; what must still be provable is kept and used for nothing else."""
    family, before = await identity.subjects.family(uow.conn, subject), uow.now - timedelta(days=KEEP.days)
    rows = sum([await store.erase_ended(uow.conn, one, before) for one in family])
    return Erased(rows, kept=await store.count_answers(uow.conn, family))


HOLDINGS: Final = (
    Holding(
        name="consent.answer",
        module="customer.consent",
        fields=(ANSWER,),
        retention=RetentionClass.EVIDENCE,
        keep=KEEP,
        hand_over=hand_over,
        erase=erase,
    ),
)
