"""Admit named staff and machines, give them roles, and close them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import ActorKind, UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes, store
from yumen.security.access.policies import MACHINE_ROLES, UNHELD_ROLES, policies
from yumen.security.trail import LeafKind

ACTOR_UNKNOWN: Final = Code("access.actor_unknown", 404)
ACTOR_CLOSED: Final = Code("access.actor_closed", 409)
ROLE_UNFIT: Final = Code("access.role_unfit", 422)
NAME_UNFIT: Final = Code("access.name_unfit", 422)
BOOTSTRAP_OVER: Final = Code("access.bootstrap_over", 409)

ADMITTED: Final = LeafKind("access.actor_admitted", "actor", "what")
GRANTED: Final = LeafKind("access.roles_granted", "actor", "roles", "approval")
CLOSED: Final = LeafKind("access.actor_closed", "actor")
BOOTSTRAPPED: Final = LeafKind("access.bootstrapped", "actor", "roles")

GRANT: Final = "access.grant"
NAME_MAX: Final = 80
LISTED_MAX: Final = 10_000
BOOTSTRAP_STAFF_MAX: Final = 2
"""Four eyes need two people; the third is admitted by them."""


@recorded
async def admit(uow: UnitOfWork, kind: ActorKind, name: str) -> str:
    """Write down a new person or machine, without any role yet; answers the id. Raises `access.name_unfit`."""
    actor = _new(uow, kind, name, ())
    await store.insert_actor(uow.conn, uow.handler, actor)
    await trail.record(uow, ADMITTED.name, actor=actor.id, what=actor.kind)
    return actor.id


@recorded
async def grant_roles(uow: UnitOfWork, actor_id: str, roles: Sequence[str], approval_id: str) -> None:
    """Set an actor's roles, as a second person approved (`access.grant` with `grant_facts`).

    Raises `access.actor_unknown`, `access.actor_closed`, `access.role_unfit` and those of `four_eyes.consume`.
    """
    actor = await get_open(uow, actor_id)
    _check_roles(ActorKind(actor.kind), roles)
    await four_eyes.consume(uow, approval_id, GRANT, four_eyes.facts_hash(grant_facts(actor_id, roles)))
    await store.set_roles(uow.conn, actor_id, sorted(set(roles)))
    await trail.record(uow, GRANTED.name, actor=actor_id, roles=sorted(set(roles)), approval=approval_id)


async def listed(uow: UnitOfWork) -> list[store.ActorRecord]:
    """The people and machines of the handler, closed ones too, for its own account of itself; at most LISTED_MAX."""
    return await store.list_actors(uow.conn, uow.handler, "", LISTED_MAX)


@recorded
async def close(uow: UnitOfWork, actor_id: str) -> None:
    """Close an actor: every key is revoked at once. Raises `access.actor_unknown`, `access.actor_closed`."""
    await get_open(uow, actor_id)
    await store.close_actor(uow.conn, actor_id, uow.now)
    await trail.record(uow, CLOSED.name, actor=actor_id)


@recorded
async def bootstrap(uow: UnitOfWork, name: str, roles: Sequence[str]) -> str:
    """Admit one of the first two people of a handler, with roles, from the command line; answers the id.

    Raises `access.bootstrap_over` once two people are there, `access.name_unfit`, `access.role_unfit`.
    """
    if await store.count_staff(uow.conn, uow.handler) >= BOOTSTRAP_STAFF_MAX:
        raise BOOTSTRAP_OVER(staff=BOOTSTRAP_STAFF_MAX)
    _check_roles(ActorKind.STAFF, roles)
    actor = _new(uow, ActorKind.STAFF, name, sorted(set(roles)))
    await store.insert_actor(uow.conn, uow.handler, actor)
    await trail.record(uow, BOOTSTRAPPED.name, actor=actor.id, roles=actor.roles)
    return actor.id


def grant_facts(actor_id: str, roles: Sequence[str]) -> four_eyes.Facts:
    """What the second person approves when roles are granted."""
    return {"actor": actor_id, "roles": sorted(set(roles))}


async def get_open(uow: UnitOfWork, actor_id: str) -> store.ActorRecord:
    """The open actor of this handler, locked. Raises `access.actor_unknown`, `access.actor_closed`."""
    actor = await store.lock_actor(uow.conn, uow.handler, actor_id)
    if actor is None:
        raise ACTOR_UNKNOWN()
    if actor.closed_at is not None:
        raise ACTOR_CLOSED()
    return actor


def _new(uow: UnitOfWork, kind: ActorKind, name: str, roles: Sequence[str]) -> store.ActorRecord:
    told = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(told) <= NAME_MAX or not told.isprintable():
        raise NAME_UNFIT(at="/name")
    prefix = "stf" if kind is ActorKind.STAFF else "mch"
    return store.ActorRecord(new_id(prefix), kind.value, told, list(roles), uow.now, None)


def _check_roles(kind: ActorKind, roles: Sequence[str]) -> None:
    """Machines hold machine roles, people the others; nobody is granted what comes from the door one knocks at."""
    for role in roles:
        known = role in policies().roles and role not in UNHELD_ROLES
        if not known or (role in MACHINE_ROLES) != (kind is ActorKind.MACHINE):
            raise ROLE_UNFIT(at="/roles", role=role if role in policies().roles else "?", kind=kind.value)
