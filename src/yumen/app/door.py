"""Who a token belongs to: a shopper's session, or the key of a member of staff or a machine; and what they may do."""

from __future__ import annotations

from yumen.customer.identity import routes as identity_routes
from yumen.kit.ids import HandlerId
from yumen.kit.web import Caller
from yumen.kit.web.edge import AUTH_INVALID, DENIED
from yumen.kit.work import Actor, ActorKind, Work
from yumen.security import access


class ShopperDoor:
    """The door of `/v1`: sessions only."""

    async def recognise(self, work: Work, token: str) -> Caller | None:
        return await identity_routes.recognise(work, token)

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return access.allowed(roles, resource, action)


class StaffDoor:
    """The door of `/staff/v1`: keys of named people and machines only."""

    async def recognise(self, work: Work, token: str) -> Caller | None:
        if not access.is_token(token):
            return None
        async with work.begin(Actor(ActorKind.SYSTEM, "door", HandlerId(0))) as uow:
            holder = await access.authenticate(uow.conn, token, uow.now)
        return None if holder is None else Caller(holder.actor, holder.roles)

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return access.allowed(roles, resource, action)


class HooksDoor:
    """The door of `/hooks`: callers prove themselves by signature, so a token means nothing here."""

    async def recognise(self, work: Work, token: str) -> Caller | None:
        return None

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return access.allowed(roles, resource, action)


async def known_caller(work: Work, key: str) -> Caller:
    """Whose staff key this is, for an act at the command line. Raises `auth.invalid`."""
    caller = await StaffDoor().recognise(work, key)
    if caller is None:
        raise AUTH_INVALID()
    return caller


async def named_caller(work: Work, key: str, resource: str, action: str) -> Caller:
    """The same for an act that stands on this line of the access table. Raises `auth.invalid`, `access.denied`."""
    caller = await known_caller(work, key)
    if not StaffDoor().allowed(caller.roles, resource, action):
        raise DENIED(resource=resource, action=action)
    return caller
