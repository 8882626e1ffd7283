"""What lies in the inbox of WeChat's pushes, declared here because `wechat` knows nothing of the data map.

A push names its person by openid, inside a payload sealed under a process key, until it is handled: seconds, or days
when handling keeps failing. It cannot be found by person, so nothing of it is handed over, and erasing waits for its
own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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

NAME: Final = "wechat.push_inbox"


async def hand_over(uow: UnitOfWork, subject: SubjectId) -> Mapping[str, object]:
    """Nothing: what waits here is not filed under persons and is gone in moments."""
    return {}


async def erase(uow: UnitOfWork, subject: SubjectId) -> Erased:
    """Nothing to find; the inbox empties itself."""
    return Erased(0)


PUSH_INBOX: Final = Holding(
    name=NAME,
    module="wechat.push",
    fields=(
        Field(
            holding=NAME,
            name="payload",
            kind=Kind.OPENID,
            sensitivity=Sensitivity.GENERAL,
            purpose=Purpose.ACCOUNT,
            basis=Basis.CONTRACT,
            retention=RetentionClass.EVIDENCE,
            columns=("wechat.push_inbox.payload_sealed",),
        ),
    ),
    retention=RetentionClass.EVIDENCE,
    keep=Keep(days=15, after=After.COLLECTED, law="retention.account_closed"),
    hand_over=hand_over,
    erase=erase,
)
