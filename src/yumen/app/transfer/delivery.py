"""Tell an ERP, OMS or WMS what happened to orders: a signed message to its address, or a line in a dropped file.

A message holds ids and amounts; what else is needed is asked of the staff API with a machine's own key. Each endpoint
hears of each event at least once; `id` says when it is the same message again.
"""

from __future__ import annotations

import csv
import hmac
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Final

import msgspec

from yumen.app.transfer import delivery_store as store
from yumen.app.transfer.delivery_store import Delivery
from yumen.customer import identity, orders
from yumen.kit.clock import real_now
from yumen.kit.crypto import hmac_sm3
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.events import Bus
from yumen.kit.http import Http, Request
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.jobs import Arguments, Backoff, Jobs
from yumen.kit.settings import DeliverySettings, Settings
from yumen.kit.work import Actor, ActorKind, Work

SEND: Final = "inbound.send_delivery"
DROP: Final = "inbound.drop_deliveries"
RETRY_MAX: Final = 12
"""With an hour as the longest wait: some nine hours, then it is a dead letter and waits for a person."""
EVENTS: Final[Mapping[str, type]] = {
    "order.paid": orders.OrderPaid,
    "order.shipped": orders.OrderShipped,
    "order.refunded": orders.OrderRefunded,
}
SIGNATURE: Final = "Yumen-Signature"
DEADLINE_S: Final = 10.0
COLUMNS: Final = ("id", "event", "at", "order", "reference", "total_fen", "amount_fen", "refunded_fen")
AGAIN: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where this installation delivers to, by name, each with the handler whose orders it hears of."""

    by_name: Mapping[str, DeliverySettings]
    handlers: Mapping[str, HandlerId]

    def of(self, handler: HandlerId, event: str) -> list[tuple[str, DeliverySettings]]:
        return [
            (name, one)
            for name, one in self.by_name.items()
            if self.handlers[one.handler] == handler and event in one.events
        ]


async def endpoints_of(settings: Settings, work: Work) -> Endpoints:
    """What the settings name."""
    async with work.begin(_worker(HandlerId(0))) as uow:
        return Endpoints(settings.delivery, await identity.handlers.numbers(uow.conn))


def register(jobs: Jobs) -> None:
    """Make the jobs known."""
    jobs.register(SEND, send_job, retry_max=RETRY_MAX, backoff=Backoff(5.0, 3600.0))
    jobs.register(DROP, drop_job, cron="*/5 * * * *")
    for event in EVENTS:
        jobs.register(_teller(event), told_of(event, jobs))


def listen(bus: Bus, endpoints: Mapping[str, DeliverySettings]) -> None:
    """Listen to what any endpoint is told of: an order that nobody is told of costs no job."""
    for event in sorted({event for endpoint in endpoints.values() for event in endpoint.events}):
        bus.listen(EVENTS[event], _teller(event))


def _teller(event: str) -> str:
    return f"inbound.tell.{event.partition('.')[2]}"


def signature(secret: str, at_s: int, body: bytes) -> str:
    """`t=…,sm3=…,sha256=…`: HMAC-SM3 and HMAC-SHA-256 in hex over `t`, a dot and the body; either may be checked."""
    signed = b"%d.%b" % (at_s, body)
    key = secret.encode()
    return f"t={at_s},sm3={hmac_sm3(key, signed).hex()},sha256={hmac.new(key, signed, sha256).hexdigest()}"


def told_of(event: str, jobs: Jobs) -> Callable[[Work, Arguments], Awaitable[None]]:
    """The listener that writes an event down for every endpoint that wants it."""

    async def run(work: Work, args: Arguments) -> None:
        handler = HandlerId(int(args["handler"] or 0))
        reference = str(args.get("parcel") or args.get("refund") or args["order"])
        async with work.begin(_worker(handler)) as uow:
            for name, endpoint in work.use(Endpoints).of(handler, event):
                delivery = new_id("dlv")
                body: dict[str, str | int] = {"id": delivery, "event": event, "at": uow.now.isoformat()}
                body |= {"order": str(args["order"]), "reference": reference}
                body |= {fact: int(args[fact] or 0) for fact in args if fact.endswith("_fen")}
                fresh = await store.insert(uow.conn, delivery, handler, name, event, reference, body, uow.now)
                if fresh and endpoint.url is not None:
                    await jobs.defer(uow.conn, SEND, {"delivery": delivery, "handler": handler})

    return run


async def send_job(work: Work, args: Arguments) -> None:
    """Post one delivery. A failure is written down and the job tried again later, until it is a dead letter."""
    handler, name = HandlerId(int(args["handler"] or 0)), str(args["delivery"])
    async with work.begin(_worker(handler)) as uow:
        delivery = await store.lock(uow.conn, handler, name)
    endpoint = None if delivery is None else work.use(Endpoints).by_name.get(delivery.endpoint)
    if delivery is None or delivery.state == "delivered" or endpoint is None or endpoint.url is None:
        return
    try:
        await _post(work.use(Http), endpoint, delivery)
    except (NotSent, Unsettled) as failure:
        await _note(work, delivery, "waiting", failure.code)
        raise
    except Rejected as refusal:
        await _note(work, delivery, "refused", refusal.code)
        raise
    await _note(work, delivery, "delivered", None)


async def _post(http: Http, endpoint: DeliverySettings, delivery: Delivery) -> None:
    """Raises NotSent, Unsettled, Rejected("delivery.refused") for what the recipient will not take."""
    assert endpoint.url is not None
    body = msgspec.json.encode(delivery.body, order="sorted")
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: signature(endpoint.secret.reveal(), round(real_now().timestamp()), body),
    }
    answer = await http.send(
        Request(
            "POST", endpoint.url, headers=headers, body=body, public_only=True, idempotent=False,
            deadline_s=DEADLINE_S,
        )
    )  # fmt: skip
    if 200 <= answer.status < 300:
        return
    failure = NotSent if answer.status in AGAIN or answer.status >= 500 else Rejected
    raise failure("delivery.refused", upstream=str(answer.status))


async def _note(work: Work, delivery: Delivery, state: str, code: str | None) -> None:
    async with work.begin(_worker(HandlerId(delivery.handler_id))) as uow:
        await store.note(uow.conn, [delivery.id], state, code, uow.now)


async def drop_job(work: Work, args: Arguments) -> None:
    """Every few minutes: write what is waiting for a folder into one CSV file, whole or not at all."""
    for name, endpoint in work.use(Endpoints).by_name.items():
        if endpoint.folder is None:
            continue
        async with work.begin(_worker(HandlerId(0))) as uow:
            waiting = await store.list_waiting(uow.conn, name)
            if waiting:
                write_file(endpoint.folder, name, waiting)
                await store.note(uow.conn, [one.id for one in waiting], "delivered", None, uow.now)


def write_file(folder: Path, name: str, deliveries: Sequence[Delivery]) -> Path:
    """Named by endpoint, first id and times told before: there when complete, the same if a crash repeats it."""
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in deliveries:
        writer.writerow([one.body.get(column, "") for column in COLUMNS])
    file = folder / f"{name}-{deliveries[0].id}-{deliveries[0].attempts}.csv"
    part = file.with_suffix(".part")
    with part.open("wb") as out:
        out.write(text.getvalue().encode())
        out.flush()
        os.fsync(out.fileno())
    return part.rename(file)


def _worker(handler: HandlerId) -> Actor:
    return Actor(ActorKind.SYSTEM, "worker", handler)
