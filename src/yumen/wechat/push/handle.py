"""Handle a push from the inbox: open it, tell the listeners, empty it; all in one unit, so that it happens once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.wechat.push import store
from yumen.wechat.push.events import Pushed, event_of
from yumen.wechat.push.receive import PAYLOAD_CONTEXT, Inbox
from yumen.wechat.push.verify import read

WORKER: Final = Actor(ActorKind.SYSTEM, "worker", HandlerId(0))

Listener = Callable[[UnitOfWork, Pushed], Awaitable[None]]

KEEP_DAYS: Final = 30
"""How long it is remembered that a push was handled (its content is gone by then)."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who acts on which event; wired by `app`. A listener must bear being told twice and an unknown openid."""

    of: Mapping[type[Pushed], Sequence[Listener]] = field(default_factory=dict)


async def handle_push_job(work: Work, arguments: Arguments) -> None:
    """Job (`push_id`, `appid`): tell the listeners of one push. A failure leaves it in the inbox, to be tried again."""
    push_id, appid = str(arguments["push_id"]), str(arguments["appid"])
    inbox, listeners = work.use(Inbox), work.use(Listeners)
    async with work.begin(inbox.actor(appid)) as uow:
        waiting = await store.lock(uow.conn, push_id)
        if waiting is None:
            return
        plain = await inbox.secret_store.open(PAYLOAD_CONTEXT, waiting.payload_sealed)
        event = event_of(read(plain), appid)
        for listener in listeners.of.get(type(event), ()):
            await listener(uow, event)
        await store.mark_handled(uow.conn, push_id, uow.now)


async def forget_pushes_job(work: Work, _: Arguments) -> None:
    """Job, hourly: delete what is past its time, a bounded number of rows at once."""
    async with work.begin(WORKER) as uow:
        await store.forget(uow.conn, uow.now, KEEP_DAYS)
