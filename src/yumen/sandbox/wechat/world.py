"""Everything the simulated WeChat knows, in memory, noted in the journal whenever it changes."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Final, TypeVar

import msgspec

from yumen.sandbox.kit.clock import beijing_day, beijing_month
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.memory import Memory
from yumen.sandbox.shoppers import shopper
from yumen.sandbox.wechat.records import (
    App,
    Code,
    Ledger,
    Member,
    Person,
    Push,
    SealedNote,
    Settings,
    Token,
)
from yumen.sandbox.wechat.trade_records import SentMessage, SubscribeRight, Trade

R = TypeVar("R", bound=msgspec.Struct)
CODE_KEPT_S: Final = 3600.0
TOKEN_KEPT_S: Final = 86400.0
SEALED_KEPT_S: Final = 3 * 86400.0
RID_KEPT_S: Final = 7 * 86400.0
PUSH_KEPT_S: Final = 7 * 86400.0
CALLS_KEPT_MAX: Final = 50_000


class World(Memory[Settings]):
    """The state. Whoever changes a record calls `keep`; dictionaries are keyed by the record's own name."""

    def __init__(self, journal: Journal, seed: int = 1) -> None:
        super().__init__(journal)
        self.clear(seed)
        self._load()

    def clear(self, seed: int) -> None:
        """Forget every record, in memory."""
        self.settings = Settings(seed=seed)
        self.metrics: Counter[tuple[str, int]] = Counter()
        self.apps: dict[str, App] = {}
        self.people: dict[str, Person] = {}
        self.members: dict[str, Member] = {}
        self.openids: dict[tuple[str, str], str] = {}
        self.login_codes: dict[str, Code] = {}
        self.phone_codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.ledgers: dict[str, Ledger] = {}
        self.sealed: dict[str, SealedNote] = {}
        self.pushes: dict[str, Push] = {}
        self.trades: dict[str, Trade] = {}
        self.trade_names: dict[tuple[str, str], str] = {}
        self.rights: dict[tuple[str, str], SubscribeRight] = {}
        self.sent: dict[str, SentMessage] = {}
        self.dice = Random(f"yumen-wechat-{seed}")  # noqa: S311 - chance of misbehaviour, no secret

    def _load(self) -> None:
        plain: dict[str, tuple[dict[str, Any], type[msgspec.Struct]]] = {
            "app": (self.apps, App),
            "person": (self.people, Person),
            "login_code": (self.login_codes, Code),
            "phone_code": (self.phone_codes, Code),
            "token": (self.tokens, Token),
            "ledger": (self.ledgers, Ledger),
            "sealed": (self.sealed, SealedNote),
            "push": (self.pushes, Push),
            "sent": (self.sent, SentMessage),
        }
        for kind, key, body in self.journal.records():
            match kind:
                case "settings":
                    self.settings = msgspec.json.decode(body, type=Settings)
                case "member":
                    member = msgspec.json.decode(body, type=Member)
                    self.members[key] = member
                    self.openids[member.appid, member.person] = key
                case "trade":
                    self._know(msgspec.json.decode(body, type=Trade))
                case "right":
                    right = msgspec.json.decode(body, type=SubscribeRight)
                    self.rights[right.openid, right.template] = right
                case _ if kind in plain:
                    records, shape = plain[kind]
                    records[key] = msgspec.json.decode(body, type=shape)
        self.clock.offset_s = self.settings.offset_s

    def add_app(self, app: App) -> App:
        """Put an app into the world."""
        self.apps[app.appid] = app
        return self.keep("app", app.appid, app)

    def add_people(self, count: int) -> list[Person]:
        """The next `count` made-up people of this seed."""
        made = [self._add_person(self.settings.people + n) for n in range(count)]
        self.settings.people += count
        self.save_settings()
        return made

    def _add_person(self, number: int) -> Person:
        who = shopper(self.settings.seed, number)
        person = Person(
            id=f"p{number + 1}",
            number=number,
            name=who.name,
            nickname=who.nickname,
            country_code=who.country_code,
            pure_phone=who.pure_phone,
            phone=who.phone,
            birthday=who.birthday.isoformat(),
            province=who.province,
            district=who.district,
        )
        self.people[person.id] = person
        return self.keep("person", person.id, person)

    def member(self, app: App, person: Person) -> Member:
        """The person as this app knows them; made on first meeting, the same for the same seed."""
        openid = self.openids.get((app.appid, person.id))
        if openid is not None:
            return self.members[openid]
        openid = self._name("openid", app.appid, person.id)
        unionid = self._name("unionid", app.open_platform, person.id) if app.open_platform else ""
        member = Member(openid=openid, appid=app.appid, person=person.id, unionid=unionid)
        self.openids[app.appid, person.id] = openid
        self.members[openid] = member
        return self.keep("member", openid, member)

    def _name(self, what: str, scope: str, person: str) -> str:
        """28 characters beginning with `o`."""
        digest = hashlib.sha256(f"{what}|{self.settings.seed}|{scope}|{person}".encode()).digest()
        return "o" + base64.urlsafe_b64encode(digest)[:27].decode()

    def add_trade(self, trade: Trade) -> Trade:
        """Put a payment before shipping management."""
        self._know(trade)
        return self.keep("trade", trade.transaction_id, trade)

    def _know(self, trade: Trade) -> None:
        self.trades[trade.transaction_id] = trade
        self.trade_names[trade.mchid, trade.out_trade_no] = trade.transaction_id

    def trade_by_number(self, appid: str, out_trade_no: str) -> Trade | None:
        """The trade of that merchant's number, whichever merchant it is."""
        found = (trade for trade in self.trades.values() if trade.out_trade_no == out_trade_no)
        return next((trade for trade in found if trade.appid == appid), None)

    def right(self, openid: str, template: str) -> SubscribeRight:
        """What that person may be sent by that template."""
        return self.rights.setdefault((openid, template), SubscribeRight(openid=openid, template=template))

    def ledger(self, appid: str) -> Ledger:
        """What the app used, with a new day or month begun where Beijing's calendar says so."""
        now = self.now()
        ledger = self.ledgers.get(appid)
        if ledger is None:
            ledger = self.ledgers[appid] = Ledger(appid=appid)
        if ledger.day != (day := beijing_day(now)):
            ledger.day, ledger.used, ledger.forced = day, {}, 0
        if ledger.month != (month := beijing_month(now)):
            ledger.month, ledger.clears, ledger.path_clears = month, 0, 0
        return ledger

    def sweep(self) -> None:
        """Drop what is too old to be asked for, so that a long run does not grow."""
        now = self.now()
        self._drop("login_code", self.login_codes, [c.code for c in self.login_codes.values() if _old(c, now)])
        self._drop("phone_code", self.phone_codes, [c.code for c in self.phone_codes.values() if _old(c, now)])
        dead = [t.value for t in self.tokens.values() if t.dead_at + TOKEN_KEPT_S < now]
        self._drop("token", self.tokens, dead)
        self._drop("sealed", self.sealed, [s.hash for s in self.sealed.values() if s.made_at + SEALED_KEPT_S < now])
        done = [p.id for p in self.pushes.values() if p.state != "waiting" and p.due_at + PUSH_KEPT_S < now]
        self._drop("push", self.pushes, done)
        self.journal.forget_calls(now - RID_KEPT_S, CALLS_KEPT_MAX)

    def _drop(self, kind: str, records: dict[str, R], keys: list[str]) -> None:
        for key in keys:
            del records[key]
            self.journal.drop(kind, key)


def open_world(file: Path, seed: int = 1) -> World:
    """Read the state file, or begin one. Raises StateInUse if another process holds it."""
    return World(Journal(file), seed)


def new_app(name: str, open_platform: str = "") -> App:
    """An app with identifiers of the real shapes: `wx` + 16 hex, secret 32 hex, `gh_` + 12 hex."""
    return App(
        appid="wx" + secrets.token_hex(8),
        secret=secrets.token_hex(16),
        name=name,
        original_id="gh_" + secrets.token_hex(6),
        open_platform=open_platform,
    )


def _old(code: Code, now: float) -> bool:
    return code.made_at + CODE_KEPT_S < now
