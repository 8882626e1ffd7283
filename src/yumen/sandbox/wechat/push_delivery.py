"""Deliver pushes: verify the URL, then up to three attempts of five seconds each; what waits survives a restart."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from yumen.sandbox.kit.rounds import Rounds
from yumen.sandbox.kit.wire import is_loopback
from yumen.sandbox.wechat.push_messages import Message
from yumen.sandbox.wechat.push_seal import acknowledged, envelope, sign
from yumen.sandbox.wechat.records import App, Attempt, Push, PushTarget
from yumen.sandbox.wechat.world import World

AT_ONCE_MAX: Final = 32
POLL_S: Final = 0.5
ANSWER_MAX_BYTES: Final = 64 * 1024
VERIFY_TIMEOUT_S: Final = 5.0
log = logging.getLogger("yumen.sandbox.wechat")


class Postman(Rounds):
    """Takes pushes and sees them delivered or dropped."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self._session: aiohttp.ClientSession | None = None

    async def let_go(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def verify(self, target: PushTarget) -> str:
        """GET the URL with an echostr, as the console does before it saves; answers what went wrong, or nothing."""
        stamp, nonce, echo = str(int(self.world.now())), str(secrets.randbelow(10**9)), str(secrets.randbelow(10**18))
        query = {"signature": sign(target.token, stamp, nonce), "timestamp": stamp, "nonce": nonce, "echostr": echo}
        status, body, fault = await self._send("GET", target.url, query, b"", "", VERIFY_TIMEOUT_S)
        if fault:
            return fault
        return "" if status == 200 and body == echo.encode() else f"status {status}, echostr not echoed"

    def post(self, app: App, openid: str, message: Message) -> list[Push]:
        """Hand in a message; with the duplicates switch it goes out twice."""
        event = str(message.get("Event", message["MsgType"]))
        made = [self._add(app, openid, event, message) for _ in range(1 + app.push_rules.duplicates)]
        self.wake()
        return made

    def _add(self, app: App, openid: str, event: str, message: Message) -> Push:
        world, rules = self.world, app.push_rules
        world.settings.pushes += 1
        world.save_settings()
        number = world.settings.pushes
        held = rules.late_s + (rules.reorder_s if number % 2 else 0.0)
        name = f"push{number}"
        push = Push(id=name, appid=app.appid, openid=openid, event=event, message=message, due_at=world.now() + held)
        world.pushes[name] = push
        return world.keep("push", name, push)

    def start_due(self) -> float:
        """Start what is due; answers how long to sleep at most."""
        now = self.world.now()
        waiting = sorted((p for p in self.world.pushes.values() if p.state == "waiting"), key=lambda p: p.due_at)
        for push in waiting:
            if len(self._on_the_way) >= AT_ONCE_MAX:
                break
            if push.due_at <= now and push.id not in self._on_the_way:
                task = asyncio.create_task(self._attempt(push))
                self._on_the_way[push.id] = task
                task.add_done_callback(lambda _, name=push.id: self.arrived(name))  # type: ignore[misc]
        next_due = min((p.due_at - now for p in waiting if p.id not in self._on_the_way), default=POLL_S)
        return min(POLL_S, max(0.01, next_due))

    async def _attempt(self, push: Push) -> None:
        app = self.world.apps.get(push.appid)
        if app is None or app.push is None:
            self._finish(push, "dropped", Attempt(at=self.world.now(), outcome="no push address set"))
            return
        # each attempt is signed anew: a replay window checks real time
        query, body = envelope(push.message, app.push, app.appid, push.openid, str(int(time.time())))
        kind = "application/json" if app.push.format == "json" else "text/xml"
        began, started = time.perf_counter(), self.world.now()
        status, answer, fault = await self._send("POST", app.push.url, query, body, kind, app.push_rules.timeout_s)
        taken = not fault and status == 200 and acknowledged(answer)
        outcome = "taken" if taken else fault or ("odd answer" if status == 200 else f"status {status}")
        attempt = Attempt(at=started, outcome=outcome, status=status, cost_ms=int((time.perf_counter() - began) * 1000))
        if taken:
            self._finish(push, "delivered", attempt)
        elif len(push.attempts) + 1 >= app.push_rules.attempts_max:
            self._finish(push, "dropped", attempt)
        else:
            push.due_at = max(started + app.push_rules.retry_after_s, self.world.now())
            self._finish(push, "waiting", attempt)

    def _finish(self, push: Push, state: str, attempt: Attempt) -> None:
        push.attempts = [*push.attempts, attempt]
        match state:
            case "delivered":
                push.state = "delivered"
            case "dropped":
                push.state = "dropped"
        self.world.keep("push", push.id, push)
        self.world.journal.settle(lambda _: None)
        log.info("push %s %s attempt %d: %s", push.id, push.event, len(push.attempts), attempt.outcome)

    async def _send(
        self, method: str, url: str, query: dict[str, str], body: bytes, kind: str, timeout_s: float
    ) -> tuple[int, bytes, str]:
        """Status, body, and what went wrong. Only loopback is ever called."""
        if not is_loopback(urlsplit(url).hostname or ""):
            return 0, b"", "address is not loopback"
        if self._session is None:
            self._session = aiohttp.ClientSession(headers={"User-Agent": "Mozilla/4.0"})
        limit = aiohttp.ClientTimeout(total=timeout_s)
        headers = {"Content-Type": kind} if kind else {}
        try:
            async with self._session.request(
                method,
                url,
                params=query,
                data=body or None,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
                ssl=False,
            ) as answer:
                return answer.status, await answer.content.read(ANSWER_MAX_BYTES), ""
        except TimeoutError:
            return 0, b"", f"no answer in {timeout_s:g} s"
        except (aiohttp.ClientError, OSError) as fault:
            return 0, b"", f"not reached ({type(fault).__name__})"
