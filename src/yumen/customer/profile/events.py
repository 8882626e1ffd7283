"""What happens to profiles. Listeners get numbers and codes, never a value."""

from __future__ import annotations

from dataclasses import dataclass

from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class PhoneBound:
    """A person has a phone number now that they had not before."""

    subject: SubjectId
    handler: HandlerId
