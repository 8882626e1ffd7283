'''A rule: one small pure function over evidence, that carries its own manual page.

    @rule("HST002", Area.HOSTING, Tag.LAW, Effect.ILLEGAL, requirements=("pipl.39",), owner=Owner.PLATFORM,
          effort=Effort.DAYS)
    def store_stands_abroad(inventory: Inventory, declared: Declaration) -> Iterator[Finding | Gap]:
        """A store with personal data stands outside the mainland.

        Why it matters, in one or two paragraphs. Placeholders are not allowed here.

        Found: {name} stands in {region}, {place}.

        Way out: what to do, in one paragraph.
        """

It names the evidence it needs by annotation: each parameter is one type of evidence; `T | None` is taken when it is
there. Without a needed one the run says "not checked, needs T". It never reads a file, a clock or a network.
What it wants to know of each file of the code it asks through a look (`source/gathered.py`), so that all rules share
one pass over the files.

**Layout of the texts.** The docstring is the English page: title (first line, ends with a full stop), why, `Found:`
(one sentence filled by a finding's facts), `Way out:`. The Chinese page of `audit/rules/<area>/<stem>.py` stands in
`locales/zh/rules/<area>_<stem>.toml`, one table for each rule:

    [HST002]
    title = "存有个人信息的存储位于境外"
    why = "……"
    found = "{name} 位于 {place}（{region}）。"
    way = "……"

`title` has no full stop in Chinese. Both pages use the same placeholders (a tidy test compares them). The examples,
one that is found and one near miss, stand beside the rule's test with its stem: `tests/unit/audit/rules/<area>/`.
'''

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from yumen.audit.finding import Finding, Gap
from yumen.law import Tag

Judge = Callable[..., Iterator[Finding | Gap]]


class Area(StrEnum):
    """What a rule looks at, in the order of the report."""

    SOURCE = "source"
    HOSTING = "hosting"
    FILINGS = "filings"
    PRIVACY = "privacy"
    DATA = "data"
    ACCESS = "access"
    BORDER = "border"


class Effect(StrEnum):
    """What a finding does, kept apart and never summed into one figure. The order is that of the report."""

    BLOCKED = "blocked"
    """WeChat refuses the upload, the review or the call."""
    ILLEGAL = "illegal"
    """A rule in force forbids it."""
    RISKY = "risky"
    """It holds only on a condition that the evidence does not show."""
    ADVICE = "advice"
    """No rule asks for it."""


class Owner(StrEnum):
    """Who usually mends it. A declaration may name the people behind each."""

    AGENCY = "agency"
    PLATFORM = "platform"
    COMPLIANCE = "compliance"
    HEADQUARTERS = "headquarters"


class Effort(StrEnum):
    """How much work it usually is, waiting not counted."""

    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"
    DAYS = "days"
    WEEKS = "weeks"


HOURS: Final = {Effort.HOUR: 1, Effort.HALF_DAY: 4, Effort.DAY: 8, Effort.DAYS: 24, Effort.WEEKS: 120}
"""Working hours each effort is counted with in the plan."""


@dataclass(frozen=True, slots=True)
class Page:
    """The manual page of a rule in one language."""

    title: str
    why: str
    found: str
    way: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the run knows it. `needs` and `wants` are evidence types by parameter name."""

    id: str
    area: Area
    grade: Tag
    effect: Effect
    requirements: tuple[str, ...]
    owner: Owner
    effort: Effort
    judge: Judge
    needs: dict[str, type]
    wants: dict[str, type]

    @property
    def page(self) -> Page:
        """The English page, read from the docstring."""
        return parse_page(self.judge.__doc__ or "")

    @property
    def theme(self) -> str:
        """`<area>_<stem>`: the file of the Chinese page."""
        return "_".join(self.judge.__module__.split(".")[-2:])


REGISTERED: Final[dict[str, Rule]] = {}
"""Every rule whose module was imported; `rules.load()` imports them all."""


def rule(
    name: str,
    area: Area,
    grade: Tag,
    effect: Effect,
    *,
    requirements: tuple[str, ...],
    owner: Owner = Owner.AGENCY,
    effort: Effort = Effort.HALF_DAY,
) -> Callable[[Judge], Judge]:
    """Register a rule by its id. `requirements` are ids of `requirements.toml`. Two rules of one id: ValueError."""

    def register(judge: Judge) -> Judge:
        if name in REGISTERED:
            raise ValueError(f"rule {name} is written twice")
        needs, wants = _evidence(judge)
        REGISTERED[name] = Rule(name, area, grade, effect, requirements, owner, effort, judge, needs, wants)
        return judge

    return register


def parse_page(docstring: str) -> Page:
    """Title, why, found and way out of a docstring. Raises ValueError when a part is missing."""
    blocks = [" ".join(block.split()) for block in docstring.strip().split("\n\n")]
    title, rest = blocks[0].removesuffix("."), blocks[1:]
    found = next((b.removeprefix("Found:").strip() for b in rest if b.startswith("Found:")), "")
    way = next((b.removeprefix("Way out:").strip() for b in rest if b.startswith("Way out:")), "")
    why = "\n\n".join(b for b in rest if not b.startswith(("Found:", "Way out:")))
    if not (title and why and found and way):
        raise ValueError(f"the page of {title!r} needs a title, a why, a `Found:` and a `Way out:`")
    return Page(title, why, found, way)


def _evidence(judge: Judge) -> tuple[dict[str, type], dict[str, type]]:
    hints: dict[str, Any] = typing.get_type_hints(judge)
    hints.pop("return", None)
    needs = {name: hint for name, hint in hints.items() if isinstance(hint, type)}
    wants = {name: _behind_optional(hint) for name, hint in hints.items() if not isinstance(hint, type)}
    return needs, wants


def _behind_optional(hint: Any) -> type:
    if typing.get_origin(hint) not in {types.UnionType, typing.Union}:
        raise TypeError(f"{hint} is no type of evidence")
    (kind,) = (one for one in typing.get_args(hint) if one is not type(None))
    if not isinstance(kind, type):
        raise TypeError(f"{hint} is no type of evidence")
    return kind
