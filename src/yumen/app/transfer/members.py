"""Bring members: recognise whom we know by WeChat's names, enrol the others, keep what the other system calls them.

Nobody is recognised by a phone number: carriers give it to somebody else after a while. What a person told here stays;
nickname and birthday rest on a consent that nobody can prove, so they are sealed and wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

from yumen.app.transfer import member_store as store
from yumen.app.transfer.fields import BIRTHDAY, EXTERNAL, NICKNAME
from yumen.app.transfer.kind import EXTERNAL as EXTERNAL_SHAPE
from yumen.app.transfer.kind import MOMENT, TAKEN, UNCHANGED, Kind, Verdict, moment, refused
from yumen.app.transfer.lines import FIELD_MISSING, FIELD_UNFIT, Cells, Column
from yumen.customer.identity import App, Apps, NamedMeanwhile, takeover
from yumen.customer.identity.takeover import Named
from yumen.customer.profile import details
from yumen.customer.profile import takeover as phones
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import Field
from yumen.security.vault import Vault

CONTRADICTION: Final = Code("transfer.contradiction", 409)
"""Openid, unionid and the other system's name stand for different people here."""
ERASED: Final = Code("transfer.erased", 409)

WAIT: Final = timedelta(days=180)
OLDEST: Final = datetime(2011, 1, 21, tzinfo=UTC)
"""WeChat began then; nobody has been a member of a mini-program for longer."""

COLUMNS: Final = {
    "external_id": Column(EXTERNAL_SHAPE, needed=True),
    "app": Column(re.compile(r"w[wx][0-9a-z]{16}")),
    "openid": Column(re.compile(r"[A-Za-z0-9_-]{10,64}")),
    "unionid": Column(re.compile(r"[A-Za-z0-9_-]{10,64}")),
    "phone": Column(re.compile(r"\+?[1-9][0-9]{6,14}")),
    "nickname": Column(re.compile(r".{1,64}")),
    "birthday": Column(re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
    "member_since": Column(MOMENT),
}
_MOBILE: Final = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")


@dataclass(frozen=True, slots=True)
class Member:
    """One person as another system knows them."""

    external: str
    named: Named | None
    phone: str | None
    nickname: str | None
    birthday: str | None
    since: datetime | None

    def __repr__(self) -> str:
        """Never who."""
        return "Member(…)"


def members(apps: Apps, handler: HandlerId, now: datetime) -> Kind[Member]:
    """The kind `members`; an openid without an `app` belongs to the handler's only one."""
    own = [app for app in apps.all() if app.handler == handler]
    return Kind("members", COLUMNS, partial(judge, own, now), _names, _take)


def judge(apps: Sequence[App], now: datetime, cells: Cells) -> Member:
    """Raises `transfer.field_missing`, `transfer.field_unfit`, `profile.nickname_unfit`."""
    since = moment(cells, "member_since", now)
    if not OLDEST <= since <= now:
        raise FIELD_UNFIT(at="/member_since")
    return Member(
        cells["external_id"],
        _named(apps, cells),
        _phone(cells),
        details.nickname_of(cells["nickname"]) if "nickname" in cells else None,
        _birthday(cells, now),
        since if "member_since" in cells else None,
    )


def _named(apps: Sequence[App], cells: Cells) -> Named | None:
    if "openid" not in cells:
        for field in ("unionid", "app"):
            if field in cells:
                raise FIELD_MISSING(at="/openid")
        return None
    meant = [app for app in apps if cells.get("app", app.appid) == app.appid]
    if len(meant) != 1:
        raise (FIELD_UNFIT if "app" in cells else FIELD_MISSING)(at="/app")
    return Named(meant[0].key, cells["openid"], cells.get("unionid", ""))


def _phone(cells: Cells) -> str | None:
    if "phone" not in cells:
        return None
    mainland = _MOBILE.fullmatch(cells["phone"])
    if mainland is None and not cells["phone"].startswith("+"):
        raise FIELD_UNFIT(at="/phone")
    return f"+86{mainland[1]}" if mainland else cells["phone"]


def _birthday(cells: Cells, now: datetime) -> str | None:
    if "birthday" not in cells:
        return None
    try:
        told = date.fromisoformat(cells["birthday"])
    except ValueError:
        raise FIELD_UNFIT(at="/birthday") from None
    if not details.EARLIEST_BIRTHDAY <= told <= shanghai_day(now):
        raise FIELD_UNFIT(at="/birthday")
    return told.isoformat()


def _names(member: Member) -> Sequence[Hashable]:
    named = member.named
    return [
        ("external", member.external),
        *([("openid", named.app, named.openid)] if named else []),
        *([("unionid", named.unionid)] if named and named.unionid else []),
    ]


async def _take(uow: UnitOfWork, source: str, items: Sequence[Member], dry: bool) -> list[Verdict]:
    index = uow.use(Vault).index
    indexes = [index(uow.handler, EXTERNAL, f"{source}/{item.external}") for item in items]
    linked = await store.find_members(uow.conn, uow.handler, source, indexes)
    erased = await store.list_suppressed(uow.conn, uow.handler, source, indexes)
    known = await takeover.recognise(uow, [item.named for item in items])
    verdicts: list[Verdict] = []
    persons: list[SubjectId | None] = []
    for at, recognised in zip(indexes, known, strict=True):
        found = {one for one in (linked.get(at), recognised.by_openid, recognised.by_unionid) if one is not None}
        persons.append(next(iter(found)) if len(found) == 1 else None)
        if at in erased:
            verdicts.append(refused(ERASED.name, "external_id"))
        elif len(found) > 1:
            verdicts.append(refused(CONTRADICTION.name))
        else:
            verdicts.append(UNCHANGED if at in linked else TAKEN)
    if dry:
        return verdicts
    fit = [place for place, verdict in enumerate(verdicts) if not verdict.code]
    strangers = [place for place in fit if persons[place] is None]
    since = [items[place].since or uow.now for place in strangers]
    for place, subject in zip(strangers, await takeover.enrol(uow, since), strict=True):
        persons[place] = subject
    met = {place: person for place in fit if (person := persons[place]) is not None}
    fresh = [(met[place], named) for place in fit if (named := items[place].named) and not known[place].by_openid]
    await takeover.name(uow, fresh)
    await _link(uow, source, [(indexes[place], met[place], items[place].external) for place in fit
                              if indexes[place] not in linked])  # fmt: skip
    got = await phones.put_phones(uow, {met[place]: phone for place in fit if (phone := items[place].phone)})
    await _let_wait(uow, {met[place]: items[place] for place in fit if indexes[place] not in linked})
    changed = {subject for subject, _ in fresh} | got
    return [TAKEN if met.get(place) in changed else verdict for place, verdict in enumerate(verdicts)]


async def _link(uow: UnitOfWork, source: str, links: Sequence[tuple[bytes, SubjectId, str]]) -> None:
    """Keep what the other system calls them. Raises `NamedMeanwhile` when another import was faster."""
    sealed = await vault.seal_many(uow, [(subject, EXTERNAL, external) for _, subject, external in links])
    rows = [(at, subject, seal) for (at, subject, _), seal in zip(links, sealed, strict=True)]
    if await store.insert_members(uow.conn, uow.handler, source, rows, uow.now) < len(rows):
        raise NamedMeanwhile


async def _let_wait(uow: UnitOfWork, told: dict[SubjectId, Member]) -> None:
    """Seal nickname and birthday beside the profile, where nothing reads them."""
    values: list[tuple[SubjectId, Field, str]] = []
    for subject, member in told.items():
        for field, value in ((NICKNAME, member.nickname), (BIRTHDAY, member.birthday)):
            if value is not None:
                values.append((subject, field, value))
    if not values:
        return
    waiting: dict[SubjectId, dict[str, bytes]] = {}
    for (subject, field, _), sealed in zip(values, await vault.seal_many(uow, values), strict=True):
        waiting.setdefault(subject, {})[field.name] = sealed
    await store.insert_waiting(uow.conn, uow.handler, waiting, uow.now + WAIT)
