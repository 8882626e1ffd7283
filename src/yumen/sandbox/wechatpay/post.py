"""Deliver notifications: five seconds for an answer, then again by the published schedule; what waits survives."""

from __future__ import annotations

import asyncio
import heapq
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from yumen.sandbox.kit.rounds import Rounds
from yumen.sandbox.kit.sender import NoLoopback, Sender
from yumen.sandbox.wechatpay.records import Attempt, Merchant, Notice, NoticeEvent, NoticeTrouble
from yumen.sandbox.wechatpay.signing import Headers
from yumen.sandbox.wechatpay.world import World

SCHEDULE_S: Final = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
"""Waits between attempts; after the last one nothing comes any more. 24 h 4 m together."""
AT_ONCE_MAX: Final = 64
POLL_S: Final = 0.5
USER_AGENT: Final = ("User-Agent", "Mozilla/4.0")
_BEFORE_SENDING: Final = frozenset(("lose", "delay", "duplicate"))
log = logging.getLogger("yumen.sandbox.wechatpay")


@dataclass(frozen=True, slots=True)
class Letter:
    """One POST to a merchant."""

    url: str
    headers: Headers
    body: bytes


Write = Callable[[World, Merchant, Notice, str], Letter | None]


class Postman(Rounds):
    """Takes notices and sees them delivered, given up or lost."""

    def __init__(self, world: World, write: Write) -> None:
        super().__init__()
        self.world = world
        self._write = write
        self.at_once = AT_ONCE_MAX
        self._due: list[tuple[float, str]] = []
        self._sender = Sender()
        self.forget()

    def forget(self) -> None:
        """Read anew what waits, after a start or a reset."""
        self._due = [(notice.due_at, name) for name, notice in self.world.notices.items() if notice.state == "waiting"]
        heapq.heapify(self._due)

    async def let_go(self) -> None:
        """Close the connections."""
        self._sender.close()

    def post(self, merchant: Merchant, event: NoticeEvent, number: str, status: str = "") -> list[Notice]:
        """Hand in a notice; troubles may lose, delay or multiply it."""
        lost, delay_s, copies = False, 0.0, 1
        for trouble in self._struck(merchant, event, before=True):
            match trouble.kind:
                case "lose":
                    lost = True
                case "delay":
                    delay_s += trouble.delay_s
                case "duplicate":
                    copies += trouble.copies
        made = [self._add(merchant, event, number, status, delay_s, lost) for _ in range(copies)]
        self.wake()
        return made

    def unsaved(self, merchant: Merchant, event: NoticeEvent, number: str, status: str) -> Notice:
        """A notice that nobody keeps yet."""
        made_at = self.world.now()
        return Notice(
            id=str(uuid.uuid4()), mchid=merchant.mchid, event=event, number=number, status=status, made_at=made_at
        )

    def put_back(self, notice: Notice, due_at: float) -> None:
        """That notice waits until then."""
        notice.state, notice.due_at = "waiting", due_at
        self.world.save_notice(notice)
        heapq.heappush(self._due, (due_at, notice.id))

    def hurry(self) -> int:
        """Everything that waits is due now; answers how much that is."""
        now, waiting = self.world.now(), [n for n in self.world.notices.values() if n.state == "waiting"]
        for notice in waiting:
            if notice.due_at > now:
                self.put_back(notice, now)
        self.wake()
        return len(waiting)

    async def attempt(self, notice: Notice, kind: str = "genuine") -> Attempt:
        """One try, now; what became of it is not noted."""
        merchant, started = self.world.merchants.get(notice.mchid), self.world.now()
        letter = self._write(self.world, merchant, notice, kind) if merchant is not None else None
        if merchant is None or letter is None:
            return Attempt(at=started, kind=kind, outcome="nothing to tell")
        began = time.perf_counter()
        status, fault = await self.send(letter, merchant.notice_timeout_s)
        outcome = "taken" if status in {200, 204} else fault or f"status {status}"
        cost_ms = int((time.perf_counter() - began) * 1000)
        return Attempt(at=started, kind=kind, outcome=outcome, status=status, cost_ms=cost_ms)

    async def send(self, letter: Letter, timeout_s: float) -> tuple[int, str]:
        """Status and what went wrong. Only loopback is ever called."""
        try:
            return await self._sender.post(letter.url, (USER_AGENT, *letter.headers), letter.body, timeout_s), ""
        except NoLoopback:
            return 0, "address is not loopback"
        except TimeoutError:
            return 0, f"no answer in {timeout_s:g} s"
        except OSError as fault:
            return 0, f"not reached ({type(fault).__name__})"

    def _add(
        self, merchant: Merchant, event: NoticeEvent, number: str, status: str, delay_s: float, lost: bool
    ) -> Notice:
        notice = self.unsaved(merchant, event, number, status)
        if lost:
            notice.state = "lost"
            return self.world.save_notice(notice)
        self.put_back(notice, notice.made_at + delay_s)
        return notice

    def start_due(self) -> float:
        """Start what is due; answers how long to sleep at most."""
        now = self.world.now()
        while self._due and self._due[0][0] <= now and len(self._on_the_way) < self.at_once:
            due_at, name = heapq.heappop(self._due)
            notice = self.world.notices.get(name)
            if notice is None or notice.state != "waiting" or notice.due_at != due_at or name in self._on_the_way:
                continue  # an entry that has been overtaken
            task = asyncio.create_task(self._deliver(notice))
            self._on_the_way[name] = task
            task.add_done_callback(lambda _, name=name: self.arrived(name))  # type: ignore[misc]
        if not self._due or len(self._on_the_way) >= self.at_once:
            return POLL_S
        return min(POLL_S, max(0.005, self._due[0][0] - now))

    async def _deliver(self, notice: Notice) -> None:
        merchant = self.world.merchants.get(notice.mchid)
        struck = self._struck(merchant, notice.event, before=False) if merchant is not None else []
        attempt = await self.attempt(notice, struck[0].kind if struck else "genuine")
        notice.attempts = [*notice.attempts, attempt]
        done = len(notice.attempts)
        if attempt.outcome == "taken":
            notice.state = "delivered"
        elif done > len(SCHEDULE_S) or attempt.outcome == "nothing to tell":
            notice.state = "given_up"
        else:
            notice.due_at = attempt.at + SCHEDULE_S[done - 1]
            heapq.heappush(self._due, (notice.due_at, notice.id))
        self.world.save_notice(notice)
        self.world.journal.settle(lambda _: None)
        log.info("notice %s %s attempt %d %s: %s", notice.id, notice.event, done, attempt.kind, attempt.outcome)

    def _struck(self, merchant: Merchant, event: NoticeEvent, *, before: bool) -> list[NoticeTrouble]:
        """Roll the dice for the troubles that befall a whole notice (`before`), or one attempt."""
        struck: list[NoticeTrouble] = []
        for trouble in list(merchant.notice_troubles):
            if trouble.event not in ("", event) or (trouble.kind in _BEFORE_SENDING) is not before:
                continue
            if self.world.dice.random() >= trouble.share:
                continue
            if trouble.left is not None:
                trouble.left -= 1
                if trouble.left <= 0:
                    merchant.notice_troubles.remove(trouble)
                self.world.save_merchant(merchant)
            struck.append(trouble)
            if not before:
                break
        return struck
