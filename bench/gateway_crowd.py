"""Members who said yes, a contract in force, and a gate over them: judged, booked and waiting to be sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from yumen.border import Bookings, FilingDraft, Opener, Route, contracting
from yumen.customer import consent, identity, loyalty, orders, profile
from yumen.customer.loyalty.fields import NUMBER
from yumen.customer.profile.fields import NICKNAME
from yumen.gateway import HOLDINGS, Gate, Recipient, Recipients, capture, judging
from yumen.gateway.connectors.connector import Connector
from yumen.kit.clock import Clock, shanghai_day
from yumen.kit.db import Conn, Database, Role
from yumen.kit.ids import HandlerId, SubjectId, new_id
from yumen.kit.settings import KeysSettings
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security import access, vault
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap, Purpose
from yumen.security.keys import FileKms, KeyCache, Keyring
from yumen.security.vault import Budget, Vault

CONTRACT = "members-crm"
WRITTEN = """\
id = "members-crm"
version = 1
purpose = "marketing"
basis = "consent"
necessity = "Measured."
starts_on = 2026-01-01
ends_on = 2029-12-31
external_id = "Member_No"
persons_a_year = 90000
lines = [
    {field = "loyalty.member.number", name = "Member_No", change = "pass"},
    {field = "profile.detail.nickname", name = "Nickname", change = "pass"},
    {field = "loyalty.posting.points", name = "Points", change = "pass"},
]
subjects = {groups = ["members"], minors = "none"}
retention = {days = 730, then = "delete"}
mechanism = {kind = "exempt", exemption = "small"}
assessment = {reference = "PIPIA-0", finished_on = 2026-01-01}
schedule = {every_minutes = 1, last_state_wins = true}

[recipient]
id = "hq"
legal_name = "Velvet SA"
country = "FR"
contact = "p@velvet.example"
system = "crm"
role = "handler"
"""
FACTS: consent.notices.Facts = {
    language: {
        "handler": "Velvet",
        "contact": "p@velvet.example",
        "export_recipient": "Velvet SA",
        "export_recipient_country": "FR",
        "export_recipient_contact": "p@velvet.example",
        "export_recipient_rights": "by mail",
        "export_purpose": "the club",
    }
    for language in ("en", "zh")
}
OPENERS: Mapping[str, Opener] = {
    "loyalty.member.number": loyalty.opening.numbers,
    "loyalty.posting.points": loyalty.opening.points,
    "profile.detail.nickname": profile.opening.nicknames,
}
PAGE = 1_000
EXEMPT_MAX = 90_000
FILE = "insert into border.filing (id, handler_id, body, registered_at) values (%s, %s, %s, now())"
SUBJECTS = """
insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)
select n, %(handler)s, 'sub_' || lpad(n::text, 26, '0'), now(), now() from generate_series(1, %(persons)s) as n
"""
ANSWERS = """
insert into consent.answer (id, subject_id, handler_id, purpose, state, cause, notice_id, language, answered_at,
                            leaf_xid, leaf_id)
select 'cns_' || lpad((10 * s.n + p.n)::text, 26, '0'), s.n, %(handler)s, p.purpose, 'given', 'person', p.id, 'zh',
       now(), 0, 0
  from generate_series(1, %(persons)s) as s (n),
       (select id, purpose, row_number() over () as n from consent.notice where purpose in ('marketing', 'export')) as p
"""
MEMBERS = """
insert into loyalty.member (subject_id, handler_id, number_sealed, number_index, enrolled_at)
values (%s, %s, %s, %s, now())
"""
DETAILS = "insert into profile.detail (subject_id, nickname_sealed, changed_at) values (%s, %s, now())"


class Unheard:
    async def publish(self, conn: Conn, event: object) -> None:
        return


@dataclass(frozen=True)
class Crowd:
    """The gate over its database."""

    database: Database
    work: Work
    gate: Gate
    recipient: Recipient


@asynccontextmanager
async def opened(urls: dict[str, str], kms: Path, handler: HandlerId, connector: Connector) -> AsyncIterator[Crowd]:
    """The gate of one process over databases that are there already."""
    database = Database({Role(role): url for role, url in urls.items()}, pool_max=8)
    await database.open(Role.APP, Role.KEYS)
    clock = Clock()
    keyring = Keyring(database, FileKms(kms), KeyCache(KeysSettings().cache_max))
    opener = Vault(keyring, budget=Budget(100_000_000))
    await opener.open()
    services: dict[type, object] = {Vault: opener, consent.Eligibility: consent.Eligibility()}
    work = Work(database, clock, services, Unheard())
    bookings = Bookings(database.pool(Role.APP), clock)
    recipient = Recipient(handler, CONTRACT, connector)
    gate = Gate(bookings, data_map(clock), OPENERS, Recipients([recipient]))
    try:
        yield Crowd(database, work, gate, recipient)
    finally:
        await bookings.close()
        await database.close()


def data_map(clock: Clock) -> DataMap:
    chapters = (access, identity, consent, profile, loyalty, orders)
    known = [holding for chapter in chapters for holding in chapter.HOLDINGS]
    return DataMap([*known, *HOLDINGS], shanghai_day(clock.now()))


async def fill(crowd: Crowd, persons: int) -> None:
    """Make the members, put the contract in force, judge and book everybody."""
    work, handler = crowd.work, crowd.recipient.handler
    written = WRITTEN if persons <= EXEMPT_MAX else await _assessed(crowd)
    han, li = (Actor(ActorKind.STAFF, f"stf_{letter:0>26}", handler) for letter in "ab")
    async with work.begin(han) as uow:
        await consent.registration.register(uow, consent.notices.load(FACTS))
        approval = await contracting.propose(uow, written.encode(), crowd.gate.data_map)
    async with work.begin(li) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with work.begin(han) as uow:
        await contracting.enforce(uow, CONTRACT, 1, approval, crowd.gate.data_map)
    async with await crowd.database.connect(Role.OWNER) as owner:
        for statement in (SUBJECTS, ANSWERS):
            await owner.execute(statement.encode(), {"handler": handler, "persons": persons})
    for first in range(1, persons + 1, PAGE):
        async with work.begin(han) as uow:
            await _enrol(uow, [SubjectId(n) for n in range(first, min(first + PAGE, persons + 1))])
    async with await crowd.database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute(b"analyze")
    after: SubjectId | None = SubjectId(0)
    while after is not None:
        async with work.begin(han) as uow:
            after = await capture.note_page(uow, after)
    await judging.judge_all(work, crowd.gate, handler)


async def _assessed(crowd: Crowd) -> str:
    """The contract under a filed assessment: more persons than are exempt."""
    today = shanghai_day(Clock().now())
    fields = frozenset(OPENERS)
    filing = FilingDraft(
        Route.ASSESSMENT, "F-1", "hq", frozenset([Purpose.MARKETING]), fields, 1096, today, general_max=10**9
    )
    async with await crowd.database.connect(Role.OWNER) as owner:
        await owner.execute(FILE.encode(), (new_id("fil"), crowd.recipient.handler, filing.canonical()))
    mechanism = f'mechanism = {{kind = "assessment", filing = "F-1", valid_from = {today}}}'
    return WRITTEN.replace('mechanism = {kind = "exempt", exemption = "small"}', mechanism)


async def _enrol(uow: UnitOfWork, people: list[SubjectId]) -> None:
    numbers = [f"M{person:08d}" for person in people]
    sealed = await vault.seal_many(uow, [(one, NUMBER, number) for one, number in zip(people, numbers, strict=True)])
    named = await vault.seal_many(uow, [(one, NICKNAME, f"王小明 {one}") for one in people])
    indexes = [await vault.index(uow, NUMBER, number) for number in numbers]
    async with uow.conn.cursor() as cursor:
        members = [(one, uow.handler, seal, index) for one, seal, index in zip(people, sealed, indexes, strict=True)]
        await cursor.executemany(MEMBERS.encode(), members)
        await cursor.executemany(DETAILS.encode(), list(zip(people, named, strict=True)))


async def make_handler(database: Database) -> HandlerId:
    """The one whose members they are."""
    async with await database.connect(Role.OWNER, autocommit=True) as owner:
        insert = b"insert into identity.handler (code, name_en, name_zh) values ('velvet', 'Velvet', 'V') returning id"
        (row,) = await (await owner.execute(insert)).fetchall()
    return HandlerId(row["id"])
