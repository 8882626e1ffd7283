"""Everything the simulated WeChat Pay knows, in memory, noted in the journal whenever it changes."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Final, TypeVar

import msgspec

from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.memory import Memory
from yumen.sandbox.wechatpay.beijing import digits
from yumen.sandbox.wechatpay.keys import new_platform_key
from yumen.sandbox.wechatpay.records import Bill, Merchant, Notice, Order, PlatformKey, Refund, Scheme, Settings

R = TypeVar("R", bound=msgspec.Struct)
CALLS_KEPT_S: Final = 7 * 86400.0
CALLS_KEPT_MAX: Final = 50_000
NOTICES_DONE_KEPT_MAX: Final = 20_000


class World(Memory[Settings]):
    """The state. Whoever changes a record calls `keep`; orders and refunds are keyed by merchant and number."""

    def __init__(self, journal: Journal, seed: int = 1) -> None:
        super().__init__(journal)
        self.clear(seed)
        self._load()
        for scheme in ("RSA", "SM2"):
            self.platform_key(scheme)

    def clear(self, seed: int) -> None:
        """Forget every record, in memory."""
        self.settings = Settings(seed=seed)
        self.metrics: Counter[tuple[str, str]] = Counter()
        self.merchants: dict[str, Merchant] = {}
        self.platform: dict[str, PlatformKey] = {}
        self.orders: dict[tuple[str, str], Order] = {}
        self.by_transaction: dict[str, Order] = {}
        self.by_prepay: dict[str, Order] = {}
        self.refunds: dict[tuple[str, str], Refund] = {}
        self.refunds_of: defaultdict[str, list[Refund]] = defaultdict(list)
        self.balances: Counter[str] = Counter()
        self.notices: dict[str, Notice] = {}
        self.bills: dict[tuple[str, str], Bill] = {}
        self.dice = Random(f"yumen-wechatpay-{seed}")  # noqa: S311 - chance of misbehaviour, no secret

    def _load(self) -> None:
        for kind, key, body in self.journal.records():
            match kind:
                case "settings":
                    self.settings = msgspec.json.decode(body, type=Settings)
                case "merchant":
                    self.merchants[key] = msgspec.json.decode(body, type=Merchant)
                case "platform":
                    self.platform[key] = msgspec.json.decode(body, type=PlatformKey)
                case "order":
                    self._index_order(msgspec.json.decode(body, type=Order))
                case "refund":
                    self._index_refund(msgspec.json.decode(body, type=Refund))
                case "notice":
                    self.notices[key] = msgspec.json.decode(body, type=Notice)
                case "bill":
                    bill = msgspec.json.decode(body, type=Bill)
                    self.bills[bill.mchid, bill.date] = bill
        self.clock.offset_s = self.settings.offset_s

    def save_merchant(self, merchant: Merchant) -> Merchant:
        """Note a new or changed merchant."""
        self.merchants[merchant.mchid] = merchant
        return self.keep("merchant", merchant.mchid, merchant)

    def save_order(self, order: Order) -> Order:
        """Note a new or changed order."""
        self._index_order(order)
        return self.keep("order", f"{order.mchid}/{order.out_trade_no}", order)

    def save_refund(self, refund: Refund) -> Refund:
        """Note a new or changed refund."""
        if (refund.mchid, refund.out_refund_no) not in self.refunds:
            self._index_refund(refund)
        return self.keep("refund", f"{refund.mchid}/{refund.out_refund_no}", refund)

    def save_notice(self, notice: Notice) -> Notice:
        """Note a new or changed notice."""
        self.notices[notice.id] = notice
        return self.keep("notice", notice.id, notice)

    def save_bill(self, bill: Bill) -> Bill:
        """Note what is special about a day's bill."""
        self.bills[bill.mchid, bill.date] = bill
        return self.keep("bill", f"{bill.mchid}/{bill.date}", bill)

    def bill(self, mchid: str, date: str) -> Bill:
        """What is special about that day's bill; noted only when it is saved."""
        return self.bills.get((mchid, date)) or Bill(mchid=mchid, date=date)

    def _index_order(self, order: Order) -> None:
        self.orders[order.mchid, order.out_trade_no] = order
        if order.prepay_id:
            self.by_prepay[order.prepay_id] = order
        if order.transaction_id and order.transaction_id not in self.by_transaction:
            self.by_transaction[order.transaction_id] = order
            self.balances[order.mchid] += order.total_fen

    def _index_refund(self, refund: Refund) -> None:
        self.refunds[refund.mchid, refund.out_refund_no] = refund
        self.refunds_of[refund.transaction_id].append(refund)
        if refund.status != "CLOSED":
            self.balances[refund.mchid] -= refund.refund_fen

    def platform_key(self, scheme: Scheme = "RSA") -> PlatformKey:
        """The certificate that signs now; made on first need. During a rotation the dice decide."""
        if scheme == "SM2":
            found = next((key for key in self.platform.values() if key.scheme == "SM2"), None)
            return found or self.add_platform_key("SM2")
        signing = self.settings.signing
        if not signing:
            signing.append(self.add_platform_key("RSA").serial)
            self.save_settings()
        coming = len(signing) > 1 and self.dice.random() < self.settings.coming_share
        return self.platform[signing[1 if coming else 0]]

    def add_platform_key(self, scheme: Scheme) -> PlatformKey:
        """One more platform certificate."""
        key = new_platform_key(scheme)
        self.platform[key.serial] = key
        return self.keep("platform", key.serial, key)

    def drop_platform_key(self, serial: str) -> None:
        """That certificate is gone for good."""
        del self.platform[serial]
        self.journal.drop("platform", serial)

    def next_number(self) -> int:
        """Counts up through restarts."""
        self.settings.counter += 1
        self.save_settings()
        return self.settings.counter

    def transaction_id(self, head: str = "4200") -> str:
        """28 digits: `4200` for payments, `5030` for refunds, the day, a number."""
        number = self.next_number()
        tail = int.from_bytes(hashlib.sha256(f"{self.settings.seed}|{number}".encode()).digest()[:2]) % 100
        return f"{head}{tail:04d}{digits(self.now())[:8]}{number:012d}"

    def sweep(self) -> None:
        """Drop what is too old to be asked for, so that a long run does not grow by its notices and calls."""
        done = [notice.id for notice in self.notices.values() if notice.state != "waiting"]
        for name in done[:-NOTICES_DONE_KEPT_MAX]:
            del self.notices[name]
            self.journal.drop("notice", name)
        self.journal.forget_calls(self.now() - CALLS_KEPT_S, CALLS_KEPT_MAX)


def open_world(file: Path, seed: int = 1) -> World:
    """Read the state file, or begin one. Raises StateInUse if another process holds it."""
    return World(Journal(file), seed)
