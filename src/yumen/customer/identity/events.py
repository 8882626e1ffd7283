"""What happens to identities. Listeners get numbers and codes, never an openid."""

from __future__ import annotations

from dataclasses import dataclass

from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class SubjectEnrolled:
    """A person this handler did not know has logged in."""

    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class UnionidProved:
    """WeChat gave two subjects of one handler the same unionid: they are one natural person."""

    one: SubjectId
    other: SubjectId
    handler: HandlerId
