"""Where HubSpot delivers: `/hooks/hubspot/{name}`, one address for each connection of the settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, post
from litestar.params import HeaderParameter, PathParameter

from yumen.gateway.inbound import deletions, hubspot
from yumen.gateway.inbound.hearing import Teller, hear_all, who
from yumen.gateway.inbound.meaning import Rule
from yumen.kit.clock import real_now
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId
from yumen.kit.web import Edge, allow
from yumen.kit.work import Actor, ActorKind

UNKNOWN: Final = Code("abroad.hook_unknown", 404)

Name = Annotated[str, PathParameter(pattern=r"^[a-z][a-z0-9_-]{0,47}$", description="Name of the connection")]


class Taken(msgspec.Struct, frozen=True):
    """How many statements about our people came, and how many of them were new."""

    statements: int
    new: int


@dataclass(frozen=True, slots=True)
class Hook:
    """One HubSpot app that tells us. `secrets`: its client secret, and the one before while it is being replaced."""

    handler: HandlerId
    teller: Teller
    secrets: tuple[bytes, ...] = field(repr=False)
    rules: tuple[Rule, ...] = hubspot.RULES

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.SYSTEM, "gateway", self.handler)


class Hooks:
    """The wired service: which connections there are, and the public address of this edge."""

    def __init__(self, public_url: str, known: Iterable[Hook] = ()) -> None:
        self.public_url = public_url.rstrip("/")
        self._known = {one.teller.name: one for one in known}

    def get(self, name: str) -> Hook:
        """Raises `abroad.hook_unknown`."""
        if name not in self._known:
            raise UNKNOWN()
        return self._known[name]


@post(
    "/hooks/hubspot/{name:str}",
    opt=allow("crm_hook", "receive", "application/json"),
    status_code=200,
    summary="Changes at HubSpot",
    description="Opt-outs, requests and deletions, signed (v3), five minutes old at most. Others are dropped.",
)
async def receive_hubspot(
    name: Name,
    edge: Edge,
    request: Request[Any, Any, Any],
    signature: Annotated[str, HeaderParameter(name="X-HubSpot-Signature-v3", max_length=256)] = "",
    timestamp: Annotated[str, HeaderParameter(name="X-HubSpot-Request-Timestamp", max_length=32)] = "",
) -> Taken:
    hooks = edge.use(Hooks)
    hook = hooks.get(name)
    body = await request.body()
    query = request.scope["query_string"]
    address = f"{hooks.public_url}{request.scope['path']}" + (f"?{query.decode('latin-1')}" if query else "")
    hubspot.check(hook.secrets, "POST", address, body, timestamp, signature, real_now())
    said, deleted = hubspot.read(body, hook.rules), hubspot.read_deleted(body)
    async with edge.unit(hook.actor) as uow:
        if deleted:
            by_us = (await deletions.hear(uow, hook.teller, deleted)).by_us
            said = [one for one in said if one.record not in by_us]  # what our own recall did is nobody's wish
        people = {record: await who(uow, hook.teller, record) for record in {one.record for one in said}}
        outcomes = await hear_all(uow, hook.teller, [(people[one.record], one.statement) for one in said])
    ours = sum(people[one.record] is not None for one in said)
    repeated = sum(count for outcome, count in outcomes.items() if outcome in {"repeated", "unknown"})
    return Taken(ours, len(said) - repeated)


ROUTES: Final = [receive_hubspot]
