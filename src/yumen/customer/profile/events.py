"""What happens to profiles. Listeners get numbers and codes, never a value."""

from __future__ import annotations

from dataclasses import dataclass

from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class PhoneBound:
    """A person has a phone number now that they had not before."""

    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """Something a person told about themselves was set, changed or taken away."""

    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class AgeDeclared:
    """How old a person is, or whether a guardian agreed for them, became known or changed."""

    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class PhonesTakenOver:
    """Many persons have a number now, out of another system; for what is written down with the act, not for jobs."""

    subjects: tuple[SubjectId, ...]
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class SubjectsMerged:
    """Two subjects are one person now: `loser` stands for `winner`."""

    winner: SubjectId
    loser: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class SubjectsUnmerged:
    """A merge was taken back: `loser` is a person of their own again."""

    winner: SubjectId
    loser: SubjectId
    handler: HandlerId
