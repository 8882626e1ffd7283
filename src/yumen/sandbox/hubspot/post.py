"""Deliver events: sign them (v3, and v1 beside it), and try up to ten times more over a day; what waits survives."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from typing import Final

import msgspec

from yumen.sandbox.hubspot.records import Delivery
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.rounds import Rounds
from yumen.sandbox.kit.sender import NoLoopback, Sender

POLL_S: Final = 0.5
_DECODED: Final = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")",
    "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


class Postman(Rounds):
    """Takes deliveries and sees them delivered or dropped."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self._sender = Sender()
        world.bell = self.wake

    async def let_go(self) -> None:
        """Close the connections."""
        self._sender.close()

    def start_due(self) -> float:
        """Start what is due; answers how long to sleep at most."""
        now, next_due = self.world.now(), now_far(self.world)
        for delivery in list(self.world.deliveries.values()):
            if delivery.state != "waiting" or delivery.id in self._on_the_way:
                continue
            if delivery.due_at > now:
                next_due = min(next_due, delivery.due_at)
            elif len(self._on_the_way) < self.world.settings.concurrency:
                task = asyncio.create_task(self._attempt(delivery))
                self._on_the_way[delivery.id] = task
                task.add_done_callback(lambda _, name=delivery.id: self.arrived(name))  # type: ignore[misc]
        return min(POLL_S, max(0.01, next_due - now))

    async def _attempt(self, delivery: Delivery) -> None:
        world, rules = self.world, self.world.settings.hook_rules
        url = world.settings.target_url
        if not url:
            self._settle(delivery, "dropped", "no target address")
            return
        events = [event | {"attemptNumber": delivery.attempt} for event in delivery.events]
        if rules.shuffles:
            world.dice.shuffle(events)
        body = msgspec.json.encode(events)
        try:
            status = await self._sender.post(url, self._headers(url, body), body, rules.timeout_s)
            outcome = str(status)
        except (OSError, TimeoutError, NoLoopback) as fault:
            status, outcome = 0, type(fault).__name__
        delivery.attempt += 1
        if 200 <= status < 300:
            self._settle(delivery, "delivered", outcome)
        elif delivery.attempt >= rules.attempts_max:
            self._settle(delivery, "dropped", outcome)
        else:
            spread = 0.5 + world.dice.random()
            delivery.due_at = world.now() + rules.retry_s * delivery.attempt * spread
            self._settle(delivery, "waiting", outcome)

    def _headers(self, url: str, body: bytes) -> list[tuple[str, str]]:
        """The signature is made with the app's client secret; its time is real time."""
        rules, app = self.world.settings.hook_rules, next(iter(self.world.apps.values()))
        stamp = str(int((time.time() - rules.old_timestamp_s) * 1000))
        secret = "another secret" if rules.wrong_signature else app.client_secret
        return [
            ("Content-Type", "application/json"),
            ("User-Agent", "HubSpot Connect 2.0 (http://dev.hubspot.com/) - Webhooks"),
            ("X-HubSpot-Signature", hashlib.sha256(secret.encode() + body).hexdigest()),
            ("X-HubSpot-Signature-Version", "v1"),
            ("X-HubSpot-Signature-v3", signature_v3(secret, "POST", url, body, stamp)),
            ("X-HubSpot-Request-Timestamp", stamp),
        ]

    def _settle(self, delivery: Delivery, state: str, outcome: str) -> None:
        delivery.outcomes.append(outcome)
        delivery.state = "delivered" if state == "delivered" else "dropped" if state == "dropped" else "waiting"
        self.world.keep("delivery", delivery.id, delivery)
        self.world.journal.commit()


def signature_v3(secret: str, method: str, url: str, body: bytes, timestamp: str) -> str:
    """Base64 of HMAC-SHA256 over method, URI (some percent-encodings undone), body and timestamp."""
    for coded, plain in _DECODED.items():
        url = url.replace(coded, plain).replace(coded.lower(), plain)
    source = method.encode() + url.encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()


def now_far(world: World) -> float:
    """A moment later than the longest sleep."""
    return world.now() + 60.0
