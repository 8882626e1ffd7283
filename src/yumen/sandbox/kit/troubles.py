"""What may befall a call to a CRM sandbox beside its answer: refusals, lost answers, nonsense; one or several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from yumen.sandbox.kit.exchange import Answer, Fate

TroubleKind = Literal[
    "error", "record", "cut", "lost", "silent", "slow", "torn", "half", "html", "redirect", "huge", "wrong_count",
    "partial", "expire",
]  # fmt: skip
_PAGE: Final = b"<html>\r\n<head><title>%d</title></head>\r\n<body><center><h1>%d</h1></center></body></html>"


class Trouble(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A misbehaviour: which kind, on paths that begin so (empty = all), for which share of calls, how many times more.

    Before anything happens: `error` answers `status` and the CRM's own `code`; `cut` resets; `html` is a gateway's page
    of `status`; `redirect` sends to `location`; `huge` is an error of `size_mb`; `expire` ends every token, so this
    call meets 401. After it happened: `lost` resets; `silent` never answers; `torn` cuts the line within the body;
    `half` is half a JSON text; `wrong_count` has one result too few; `slow` adds `delay_ms`. `partial` does the first
    half of a batch and then resets. `record` refuses single records with `code`, for that share of records.
    """

    kind: TroubleKind
    path: Annotated[str, Meta(max_length=300)] = ""
    method: Annotated[str, Meta(max_length=10)] = ""
    share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    left: Annotated[int, Meta(ge=1)] | None = None
    status: Annotated[int, Meta(ge=300, le=599)] = 503
    code: Annotated[str, Meta(max_length=100)] = ""
    delay_ms: Annotated[int, Meta(ge=0, le=600_000)] = 0
    location: Annotated[str, Meta(max_length=500)] = "/elsewhere"
    size_mb: Annotated[int, Meta(ge=1, le=64)] = 30


@dataclass(slots=True)
class Course:
    """What befalls one call."""

    wait_s: float = 0.0
    fate: Fate = Fate.GIVEN
    remarks: list[str] = field(default_factory=list)
    answer: Answer | None = None
    """Set when the call never reaches an endpoint."""
    error: Trouble | None = None
    """The CRM's own refusal, to be worded by its gate."""
    spoils: list[str] = field(default_factory=list)
    """`half`, `wrong_count`: how the answer is spoilt."""
    partial: bool = False
    expire: bool = False
    refuse_record: Callable[[], str] = lambda: ""
    """Asked once a record: the code it is refused with, or nothing."""


def strike(troubles: list[Trouble], method: str, path: str, dice: Random) -> Course:
    """Roll the dice for every trouble that is switched on; used-up ones are taken out of the list."""
    course = Course()
    for trouble in list(troubles):
        if trouble.kind == "record" or not _meant(trouble, method, path) or dice.random() >= trouble.share:
            continue
        use(trouble, troubles)
        _befall(course, trouble)
    course.refuse_record = record_refuser(troubles, method, path, dice)
    return course


def record_refuser(troubles: list[Trouble], method: str, path: str, dice: Random) -> Callable[[], str]:
    """Asked once a record: the code it is refused with, or nothing."""
    records = [trouble for trouble in troubles if trouble.kind == "record" and _meant(trouble, method, path)]
    return (lambda: _refused(records, troubles, dice)) if records else lambda: ""


def use(trouble: Trouble, troubles: list[Trouble]) -> None:
    """One time less."""
    if trouble.left is not None:
        trouble.left -= 1
        if trouble.left <= 0:
            troubles.remove(trouble)


def _meant(trouble: Trouble, method: str, path: str) -> bool:
    return path.startswith(trouble.path) and trouble.method in {"", method}


def _refused(records: list[Trouble], troubles: list[Trouble], dice: Random) -> str:
    for trouble in records:
        if trouble in troubles and dice.random() < trouble.share:
            use(trouble, troubles)
            return trouble.code
    return ""


def _befall(course: Course, trouble: Trouble) -> None:
    course.remarks.append(trouble.kind)
    match trouble.kind:
        case "error":
            course.error = trouble
        case "cut":
            course.answer = Answer(b"", fate=Fate.CUT)
        case "html":
            course.answer = Answer(_PAGE % (trouble.status, trouble.status), kind="text/html", status=trouble.status)
        case "redirect":
            status = trouble.status if trouble.status < 400 else 302
            course.answer = Answer(b"", status=status, headers=(("Location", trouble.location),))
        case "huge":
            noise = b'[{"message":"' + b"x" * (trouble.size_mb * 1024 * 1024) + b'"}]'
            course.answer = Answer(noise, status=trouble.status)
        case "expire":
            course.expire = True
        case "partial":
            course.partial = True
        case "lost":
            course.fate = Fate.CUT
        case "silent":
            course.fate = Fate.SILENT
        case "torn":
            course.fate = Fate.TORN
        case "slow":
            course.wait_s += trouble.delay_ms / 1000
        case "half" | "wrong_count":
            course.spoils.append(trouble.kind)
