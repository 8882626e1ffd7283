"""A gate on a real database: one handler with its shop, a contract in force, a recipient in the test's own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.stories.gateway.recipient import FakeRecipient
from yumen.border import Bookings, contracting
from yumen.customer import consent, identity, loyalty, orders, profile
from yumen.customer.consent.eligibility import Eligibility
from yumen.gateway import (
    HOLDINGS,
    TOUCHING,
    Gate,
    Patience,
    Recipient,
    Recipients,
    capture,
    dispatch,
    judging,
    recalling,
)
from yumen.gateway.recall_settling import Recalled
from yumen.gateway.tally import Tally
from yumen.kit.clock import Clock, shanghai_day
from yumen.kit.db import Conn, Database, Role
from yumen.kit.events import Bus
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.jobs import Jobs
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security import access
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap, Purpose
from yumen.security.keys import FileKms, Keyring
from yumen.security.vault import Budget, Vault

HAN, LI = "stf_0000000000000000000000000a", "stf_0000000000000000000000000b"
CONTRACT: Final = "members-crm"
WRITTEN: Final = """\
id = "members-crm"
version = {version}
purpose = "marketing"
basis = "consent"
necessity = "The club's campaigns are planned and sent by headquarters."
starts_on = {starts_on}
ends_on = {ends_on}
external_id = "Member_No"
persons_a_year = 30000

[recipient]
id = "hq"
legal_name = "Velvet SA"
country = "FR"
contact = "privacy@velvet.example"
system = "salesforce"
role = "handler"
salt = "hq-2026"

[[lines]]
field = "{external}"
name = "Member_No"
change = "pass"

[[lines]]
field = "profile.phone.phone"
name = "Phone_Hash"
change = "hash"

[[lines]]
field = "profile.detail.nickname"
name = "Nickname"
change = "pass"

[subjects]
groups = ["members"]
minors = "none"

[retention]
days = 730
then = "delete"

[mechanism]
kind = "exempt"
exemption = "small"

[assessment]
reference = "PIPIA-2026-03"
finished_on = 2026-10-10

[schedule]
every_minutes = 1
last_state_wins = {last_state_wins}
"""
FACTS: consent.notices.Facts = {
    language: {
        "handler": "Velvet",
        "contact": "privacy@velvet.example",
        "export_recipient": "Velvet SA",
        "export_recipient_country": "FR",
        "export_recipient_contact": "privacy@velvet.example",
        "export_recipient_rights": "by mail",
        "export_purpose": "the club",
    }
    for language in ("en", "zh")
}
DATA_MAP: Final = DataMap(
    [*access.HOLDINGS, *identity.HOLDINGS, *consent.HOLDINGS, *profile.HOLDINGS, *loyalty.HOLDINGS, *orders.HOLDINGS,
     *HOLDINGS],
    date(2026, 11, 25),
)  # fmt: skip
OPENERS: Final = {
    "loyalty.member.number": loyalty.opening.numbers,
    "loyalty.posting.points": loyalty.opening.points,
    "profile.phone.phone": profile.opening.phones,
    "profile.detail.nickname": profile.opening.nicknames,
    "profile.detail.birthday": profile.opening.birthdays,
}
SUBJECT: Final = """
insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)
values (%s, %s, 'sub_' || translate(lpad(%s::text, 26, '0'), 'ilou', 'jkmn'), now(), now())
"""


@dataclass
class Listening(Bus):
    """Writes down what the product's taps write down, and remembers what was said."""

    heard: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(Jobs())
        for event in TOUCHING:
            self.tap(event, capture.note)

    async def publish(self, conn: Conn, event: object) -> None:
        self.heard.append(event)
        await super().publish(conn, event)


@dataclass
class Gateway:
    """What a story needs: people, what happens to them, and the gate's steps one by one."""

    database: Database
    clock: Clock
    work: Work
    gate: Gate
    bus: Listening
    hq: FakeRecipient
    recipient: Recipient
    slept: list[float]
    patience: Patience
    numbers: list[int] = field(default_factory=lambda: [0])

    @property
    def handler(self) -> HandlerId:
        return self.recipient.handler

    def unit(self, actor: str = HAN) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.work.begin(Actor(ActorKind.STAFF, actor, self.handler))

    @property
    def today(self) -> date:
        return shanghai_day(self.clock.now())

    async def enforce(self, version: int = 1, **changed: str) -> None:
        """Put a version of the contract in force."""
        said = {
            "external": "loyalty.member.number", "last_state_wins": "true",
            "starts_on": "2026-11-01", "ends_on": "2029-10-31",
        }  # fmt: skip
        await self.enforce_source(WRITTEN.format(version=version, **{**said, **changed}), version)

    async def enforce_source(self, source: str, version: int) -> None:
        """Put that text in force."""
        async with self.unit() as uow:
            approval = await contracting.propose(uow, source.encode(), self.gate.data_map)
        async with self.unit(LI) as uow:
            await four_eyes.approve(uow, approval, ("compliance",))
        async with self.unit() as uow:
            await contracting.enforce(uow, CONTRACT, version, approval, self.gate.data_map)

    async def member(self, *, agrees: bool = True, phone: bool = True) -> SubjectId:
        """A new member, who said yes to everything that the contract needs."""
        self.numbers[0] += 1
        person = SubjectId(self.numbers[0])
        await self.do(SUBJECT, person, self.handler, person)
        async with self.unit() as uow:
            await loyalty.card.enrol(uow, person)
            if phone:
                await self.bind(uow, person, f"1390000{person:04d}")
        if agrees:
            await self.agree(person, Purpose.MARKETING)
            await self.agree(person, Purpose.EXPORT)
        return person

    async def members(self, count: int) -> list[SubjectId]:
        return [await self.member() for _ in range(count)]

    async def bind(self, uow: UnitOfWork, person: SubjectId, number: str) -> None:
        await profile.phone.bind(uow, person, profile.phone.Number(f"+86{number}", "code"))

    async def agree(self, person: SubjectId, purpose: Purpose, *, given: bool = True) -> None:
        shown = {notice.purpose: notice for notice in consent.notices.load(FACTS)}
        choice = consent.choices.Choice(purpose, given, shown[purpose].hash(), "zh")
        async with self.unit() as uow:
            await consent.choices.answer(uow, person, [choice])

    async def withdraw(self, person: SubjectId, purpose: Purpose = Purpose.EXPORT) -> None:
        async with self.unit() as uow:
            await consent.choices.withdraw(uow, person, purpose)

    async def erase(self, person: SubjectId) -> None:
        """As `app.erasure` does: every membership holding, then the keys."""
        async with self.unit() as uow:
            for holding in (*HOLDINGS, *identity.HOLDINGS, *profile.HOLDINGS, *loyalty.HOLDINGS):
                if holding.erase is not None:
                    await holding.erase(uow, person)

    async def number_of(self, person: SubjectId) -> str:
        async with self.unit() as uow:
            return (await loyalty.opening.numbers(uow, [person]))[person]

    async def judge(self) -> list[judging.Judged]:
        return await judging.judge_all(self.work, self.gate, self.handler)

    async def send(self) -> Tally:
        return await dispatch.run_round(self.work, self.gate, self.recipient, self.patience)

    async def recall(self) -> Recalled:
        return await recalling.run_recalls(self.work, self.recipient, self.patience)

    async def all_of_it(self) -> Tally:
        """Judge, send, take back: once each."""
        await self.judge()
        tally = await self.send()
        await self.recall()
        return tally

    async def rows(self, query: str, *values: object) -> Sequence[Mapping[str, Any]]:
        """What the database holds, asked as its owner."""
        async with await self.database.connect(Role.OWNER) as owner:
            return await (await owner.execute(query, values)).fetchall()

    async def do(self, statement: str, *values: object) -> None:
        async with await self.database.connect(Role.OWNER, autocommit=True) as owner:
            await owner.execute(statement, values)

    async def states(self, person: SubjectId | None = None) -> list[int]:
        rows = await self.rows(
            "select state from border.transfer where subject_id = coalesce(%s, subject_id) order by booked_at, key",
            person,
        )
        return [row["state"] for row in rows]

    async def kinds(self, prefix: str) -> list[str]:
        """The kinds of the leaves so far that begin so."""
        rows = await self.rows("select body from trail.entry order by id")
        kinds = [msgspec.json.decode(row["body"])[1] for row in rows]
        return [kind for kind in kinds if kind.startswith(prefix)]


@pytest.fixture
async def gateway(database: Database, tmp_path: Path) -> AsyncIterator[Gateway]:
    """A gate with the contract in force and nobody in it."""
    made = await opened_gateway(database, tmp_path / "kms", FakeRecipient())
    yield made
    await made.gate.bookings.close()


async def opened_gateway(database: Database, kms: Path, hq: FakeRecipient) -> Gateway:
    clock, bus, slept = Clock(), Listening(), list[float]()
    vault = Vault(Keyring(database, FileKms(kms)), budget=Budget(10_000_000))
    await vault.open()
    services: dict[type, object] = {
        Vault: vault,
        identity.Authenticator: identity.Authenticator(),
        Eligibility: Eligibility(),
    }
    work = Work(database, clock, services, bus)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    async with await database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute("insert into identity.handler (code, name_en, name_zh) values ('velvet', 'V', '丝绒')")
        row = await (await owner.execute("select id from identity.handler")).fetchone()
    assert row is not None
    recipient = Recipient(HandlerId(row["id"]), CONTRACT, hq, b"a salt of the recipient's")
    bookings = Bookings(database.pool(Role.APP), clock)
    gate = Gate(bookings, DATA_MAP, OPENERS, Recipients([recipient]), finders={
        "loyalty.member.number": loyalty.opening.find_number,
    })  # fmt: skip
    made = Gateway(database, clock, work, gate, bus, hq, recipient, slept, Patience(sleep=sleep))
    async with made.unit() as uow:
        await consent.registration.register(uow, consent.notices.load(FACTS))
    await made.enforce()
    return made


DAY = timedelta(days=1)
