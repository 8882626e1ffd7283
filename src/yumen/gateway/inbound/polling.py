"""Ask recipients that do not tell: what changed since last time, with some overlap, a page at a time.

A record that a long transaction changed may appear with an older moment than one already read; so each reading begins
`OVERLAP` before where the last one ended. Only a change of what a field says counts, so our own updates of a record, or
reading it twice, say nothing new; and a no that still stands there does not undo a yes that the person gave here since.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from msgspec import Struct

from yumen.gateway.connectors.batch import chunks
from yumen.gateway.inbound import deletions, store
from yumen.gateway.inbound.hearing import Teller, hear, who
from yumen.gateway.inbound.meaning import Kind, Rule, Statement, index_of, state
from yumen.kit.clock import real_now
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work

logger = logging.getLogger("yumen.gateway.inbound")

OVERLAP: Final = timedelta(minutes=15)
FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)
PAGE_MAX: Final = 200
SOURCE_MAX: Final = 40
PAGES_MAX: Final = 50
"""Of one reading; the next goes on from there."""


class Changed(Struct, frozen=True):
    """A record as the recipient has it now. `external_id` is the name we gave, if it has one.

    Its text shows no value: records are never logged.
    """

    record: str
    external_id: str
    modified_at: datetime
    values: Mapping[str, str | bool | None]

    def __repr__(self) -> str:
        return f"Changed({self.record})"


class Source(Protocol):
    """A recipient that can be asked for what changed."""

    async def changed(self, since: datetime, after: str, limit: int) -> Sequence[Changed]:
        """Records changed at `since` with a number above `after`, or later; ascending by moment, then number.

        Raises NotSent, Rejected, Unsettled.
        """
        ...

    async def deleted(self, since: datetime) -> tuple[Sequence[str], datetime]:
        """Numbers of records deleted at `since` or later, as far back as it remembers, and until when it knows.

        Raises NotSent, Rejected, Unsettled.
        """
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One recipient to be asked, and what its fields mean."""

    handler: HandlerId
    teller: Teller
    source: Source = field(repr=False)
    rules: tuple[Rule, ...] = ()

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.SYSTEM, "gateway", self.handler)


class AskedSources:
    """The wired service: whom to ask, by handler and name."""

    def __init__(self, known: Iterable[Asked] = ()) -> None:
        self._known = {(one.handler, one.teller.name): one for one in known}

    def all(self) -> list[Asked]:
        return list(self._known.values())


async def poll_job(work: Work, _: Arguments) -> None:
    """Job, every few minutes: ask every source. One that is not there now is asked next time; a refusal is raised."""
    refusals = []
    for asked in work.use(AskedSources).all():
        try:
            await read_source(work, asked)
            await read_deletions(work, asked)
        except (NotSent, Unsettled) as passing:
            logger.warning("abroad.poll source=%s handler=%d %s", asked.teller.name, asked.handler, passing)
        except Rejected as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]


async def read_source(work: Work, asked: Asked) -> int:
    """Read what changed since last time; answers how many statements were new. Raises NotSent, Rejected, Unsettled."""
    if not asked.rules:
        return 0
    async with work.begin(asked.actor) as uow:
        until = await store.find_cursor(uow.conn, asked.handler, asked.teller.name)
    since, after, new = FIRST if until is None else until - OVERLAP, "", 0
    for _ in range(PAGES_MAX):
        page = await asked.source.changed(since, after, PAGE_MAX)
        if not page:
            break
        async with work.begin(asked.actor) as uow:
            new += await _take(uow, asked, page)
        since, after = page[-1].modified_at, page[-1].record
        if len(page) < PAGE_MAX:
            break
    return new


async def read_deletions(work: Work, asked: Asked) -> int:
    """Read what was deleted since last time; answers of how many of our people that was news.

    Raises NotSent, Rejected, Unsettled.
    """
    name = f"{asked.teller.name[:SOURCE_MAX]}/deleted"
    async with work.begin(asked.actor) as uow:
        until = await store.find_cursor(uow.conn, asked.handler, name)
    records, until = await asked.source.deleted(FIRST if until is None else until - OVERLAP)
    new = 0
    for some in chunks(records, PAGE_MAX):
        async with work.begin(asked.actor) as uow:
            new += (await deletions.hear(uow, asked.teller, some)).new
    async with work.begin(asked.actor) as uow:
        await store.move_cursor(uow.conn, asked.handler, name, min(until, real_now()), uow.now)
    return new


async def _take(uow: UnitOfWork, asked: Asked, page: Sequence[Changed]) -> int:
    """Hear what is new on this page, and move on behind it."""
    name = asked.teller.name
    await store.lock_source(uow.conn, asked.handler, name)
    said = {index: (one, statement) for one in page for index, statement in _statements(asked.rules, one)}
    stated = await store.list_stated(uow.conn, asked.handler, name, list(said))
    new = 0
    for index, (one, statement) in said.items():
        yes = statement is not None and statement.kind is not Kind.OPT_IN
        if stated.get(index, False) is yes:
            continue
        person = await who(uow, asked.teller, one.record, one.external_id)
        if person is None:
            continue
        if statement is not None:
            await hear(uow, asked.teller, person, statement)
            new += 1
        await store.state(uow.conn, asked.handler, name, index, yes)
    await store.move_cursor(uow.conn, asked.handler, name, min(page[-1].modified_at, real_now()), uow.now)
    return new


def _statements(rules: Sequence[Rule], one: Changed) -> list[tuple[bytes, Statement | None]]:
    """What the fields of a record say now, by record and matter; None for a request that the field does not make."""
    found: dict[str, Statement | None] = {}
    for rule in rules:
        if rule.field in one.values:
            key = index_of(one.record, rule.field, one.modified_at.isoformat())
            said = {
                told.matter: told for told in state([rule], rule.field, one.values[rule.field], key, one.modified_at)
            }
            found |= {matter: said.get(matter) for matter in rule.matters if matter in said or matter not in found}
    return [(index_of(one.record, matter), statement) for matter, statement in found.items()]
