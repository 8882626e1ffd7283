"""Staff routes about who acts: oneself, people and machines, keys, approvals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

from litestar import get, post

from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import ActorKind, UnitOfWork
from yumen.security.access import admission, approval_store, four_eyes, key_life, store
from yumen.security.access.policies import allowed
from yumen.security.access.shapes import (
    ActorPath,
    AdmitBody,
    ApprovalPath,
    ApprovalView,
    Cursor,
    GrantBody,
    IssueBody,
    IssuedView,
    KeyPath,
    Limit,
    MadeView,
    ProposeBody,
    RotateBody,
    SelfView,
)
from yumen.security.access.store import ActorRecord, KeyRecord

T = TypeVar("T", ActorRecord, KeyRecord, ApprovalView)


@get("/staff/v1/whoami", opt=allow("actor", "read_self"), summary="Who my key says I am")
async def whoami(edge: Edge) -> SelfView:
    return SelfView(edge.actor.id, edge.actor.kind.value, list(edge.caller.roles))


@get("/staff/v1/actors", opt=allow("actor", "list"), summary="People and machines, the oldest first")
async def list_actors(edge: Edge, cursor: Cursor = "", limit: Limit = 50) -> Page[ActorRecord]:
    async with edge.unit() as uow:
        return _page(await store.list_actors(uow.conn, uow.handler, cursor, limit + 1), limit)


@post("/staff/v1/actors", opt=allow("actor", "admit"), summary="Admit a person or a machine, without roles yet")
async def admit_actor(data: AdmitBody, edge: Edge) -> MadeView:
    async def story(uow: UnitOfWork) -> dict[str, str]:
        return {"id": await admission.admit(uow, ActorKind(data.kind), data.name)}

    return MadeView(str((await edge.once(story))["id"]))


@post(
    "/staff/v1/actors/{actor_id:str}/roles",
    opt=allow("actor", "grant"),
    status_code=204,
    summary="Set somebody's roles, as a second person approved (`access.grant`)",
)
async def grant_roles(actor_id: ActorPath, data: GrantBody, edge: Edge) -> None:
    await edge.once(_told(lambda uow: admission.grant_roles(uow, actor_id, data.roles, data.approval_id)))


@post(
    "/staff/v1/actors/{actor_id:str}/close",
    opt=allow("actor", "close"),
    status_code=204,
    summary="Close a person or a machine and revoke all their keys",
)
async def close_actor(actor_id: ActorPath, edge: Edge) -> None:
    await edge.once(_told(lambda uow: admission.close(uow, actor_id)))


@get("/staff/v1/keys", opt=allow("key", "list"), summary="Keys, the oldest first, without what opens them")
async def list_keys(edge: Edge, cursor: Cursor = "", limit: Limit = 50) -> Page[KeyRecord]:
    async with edge.unit() as uow:
        return _page(await store.list_keys(uow.conn, uow.handler, cursor, limit + 1), limit)


@post(
    "/staff/v1/keys",
    opt=allow("key", "issue"),
    summary="Issue a key; for somebody else a second person must have approved it (`access.key_issue`)",
)
async def issue_key(data: IssueBody, edge: Edge) -> IssuedView:
    return await _shown_once(
        edge, lambda uow: key_life.issue(uow, data.actor_id, data.roles, data.days, data.approval_id)
    )


@post("/staff/v1/keys/{key_id:str}/rotate", opt=allow("key", "rotate"), summary="Replace one's own key by a fresh one")
async def rotate_key(key_id: KeyPath, data: RotateBody, edge: Edge) -> IssuedView:
    overlap = timedelta(hours=data.overlap_hours)
    return await _shown_once(edge, lambda uow: key_life.rotate(uow, key_id, data.days, overlap))


@post(
    "/staff/v1/keys/{key_id:str}/revoke",
    opt=allow("key", "revoke"),
    status_code=204,
    summary="Make a key useless at once: one's own, or anybody's with the right role",
)
async def revoke_key(key_id: KeyPath, edge: Edge) -> None:
    anyones = allowed(edge.caller.roles, "key", "revoke_any")
    await edge.once(_told(lambda uow: key_life.revoke(uow, key_id, anyones=anyones)))


@get("/staff/v1/approvals", opt=allow("approval", "list"), summary="Proposals and what became of them")
async def list_approvals(edge: Edge, cursor: Cursor = "", limit: Limit = 50) -> Page[ApprovalView]:
    async with edge.unit() as uow:
        rows = await approval_store.list_page(uow.conn, uow.handler, cursor, limit + 1)
    return _page([ApprovalView.of(row) for row in rows], limit)


@post("/staff/v1/approvals", opt=allow("approval", "propose"), summary="Propose an act to a second person")
async def propose(data: ProposeBody, edge: Edge) -> MadeView:
    async def story(uow: UnitOfWork) -> dict[str, str]:
        return {"id": await four_eyes.propose(uow, data.act, data.facts)}

    return MadeView(str((await edge.once(story))["id"]))


@post(
    "/staff/v1/approvals/{approval_id:str}/approve",
    opt=allow("approval", "decide"),
    status_code=204,
    summary="Approve what somebody else proposed",
)
async def approve(approval_id: ApprovalPath, edge: Edge) -> None:
    await edge.once(_told(lambda uow: four_eyes.approve(uow, approval_id, edge.caller.roles)))


@post(
    "/staff/v1/approvals/{approval_id:str}/reject",
    opt=allow("approval", "propose"),
    status_code=204,
    summary="Reject a proposal, or take back one's own",
)
async def reject(approval_id: ApprovalPath, edge: Edge) -> None:
    await edge.once(_told(lambda uow: four_eyes.reject(uow, approval_id, edge.caller.roles)))


ROUTES: Final = [
    whoami,
    list_actors,
    admit_actor,
    grant_roles,
    close_actor,
    list_keys,
    issue_key,
    rotate_key,
    revoke_key,
    list_approvals,
    propose,
    approve,
    reject,
]


def _told(story: Callable[[UnitOfWork], Awaitable[None]]) -> Callable[[UnitOfWork], Awaitable[dict[str, str]]]:
    """A story without an answer, as `edge.once` wants it."""

    async def told(uow: UnitOfWork) -> dict[str, str]:
        await story(uow)
        return {}

    return told


async def _shown_once(edge: Edge, story: Callable[[UnitOfWork], Awaitable[key_life.IssuedKey]]) -> IssuedView:
    """Answer a fresh token to the request that made it; what is remembered for a repeat is the key's id alone."""
    made: list[key_life.IssuedKey] = []

    async def told(uow: UnitOfWork) -> dict[str, str]:
        made.append(await story(uow))
        return {"id": made[-1].id}

    outcome = await edge.once(told)
    return IssuedView(str(outcome["id"]), made[-1].token if made else None)


def _page(rows: list[T], limit: int) -> Page[T]:
    more = len(rows) > limit
    return Page(rows[:limit], rows[limit - 1].id if more else None)
