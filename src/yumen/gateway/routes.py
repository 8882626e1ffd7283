"""Staff routes of the gate: connections, cases, recalls, and what a name of a recipient's means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from litestar import get, post

from yumen.customer import identity
from yumen.gateway import cases, connections, explaining, recall_queue
from yumen.gateway.border_routes import ROUTES as BORDER_ROUTES
from yumen.gateway.contract_routes import ROUTES as CONTRACT_ROUTES
from yumen.gateway.gate import Gate
from yumen.gateway.ground_routes import ROUTES as GROUND_ROUTES
from yumen.gateway.meter_routes import ROUTES as METER_ROUTES
from yumen.gateway.shapes import (
    CaseCursor,
    CasePath,
    CaseView,
    ConnectionsView,
    ConnectionView,
    ContractPath,
    ExplainBody,
    ExplanationView,
    Limit,
    ReasonBody,
    RecallCursor,
    RecallPath,
    RecallView,
    SaidView,
)
from yumen.kit.ids import SubjectId
from yumen.kit.jobs import Jobs
from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import UnitOfWork

RESYNC: Final = "gateway.resync"

Story = Callable[[UnitOfWork], Awaitable[Mapping[str, str | int | None]]]


@get("/staff/v1/gateway/connections", opt=allow("gateway", "read"), summary="The ways to recipients abroad")
async def list_connections(edge: Edge) -> ConnectionsView:
    async with edge.unit() as uow:
        found = await connections.status(uow)
    return ConnectionsView([_connection(one) for one in found])


@post(
    "/staff/v1/gateway/connections/{contract:str}/pause",
    opt=allow("gateway", "steer"),
    status_code=204,
    summary="Send nothing more to a recipient; recalls go on",
)
async def pause(contract: ContractPath, data: ReasonBody, edge: Edge) -> None:
    await edge.once(_told(lambda uow: connections.pause(uow, contract, data.reason)))


@post(
    "/staff/v1/gateway/connections/{contract:str}/resume",
    opt=allow("gateway", "steer"),
    status_code=204,
    summary="Go on, also after a stop",
)
async def resume(contract: ContractPath, edge: Edge) -> None:
    await edge.once(_told(lambda uow: connections.resume(uow, contract)))


@post(
    "/staff/v1/gateway/connections/{contract:str}/resync",
    opt=allow("gateway", "steer"),
    status_code=202,
    summary="Judge and send everybody again",
)
async def resync(contract: ContractPath, edge: Edge) -> None:
    async def ordered(uow: UnitOfWork) -> None:
        await connections.order_resync(uow, contract)
        await uow.use(Jobs).defer(uow.conn, RESYNC, {"handler": uow.handler}, queueing_lock=f"resync-{uow.handler}")

    await edge.once(_told(ordered))


@get("/staff/v1/gateway/cases", opt=allow("gateway", "read"), summary="Records that want a repair, the oldest first")
async def list_cases(edge: Edge, cursor: CaseCursor = "", limit: Limit = 50) -> Page[CaseView]:
    async with edge.unit() as uow:
        found = await cases.list_open(uow, cursor, limit + 1)
        refs = await _refs(uow, [one.subject for one in found])
    items = [
        CaseView(one.id, one.contract, refs.get(one.subject), one.code, one.field, one.opened_at)
        for one in found[:limit]
    ]
    return Page(items, items[-1].id if len(found) > limit else None)


@post(
    "/staff/v1/gateway/cases/{case:str}/retry",
    opt=allow("gateway", "mend"),
    status_code=204,
    summary="Judge and send the person anew, after a repair",
)
async def retry_case(case: CasePath, edge: Edge) -> None:
    await edge.once(_told(lambda uow: cases.retry(uow, case)))


@post(
    "/staff/v1/gateway/cases/{case:str}/drop",
    opt=allow("gateway", "mend"),
    status_code=204,
    summary="Give a record up, for a reason",
)
async def drop_case(case: CasePath, data: ReasonBody, edge: Edge) -> None:
    await edge.once(_told(lambda uow: cases.drop(uow, case, data.reason)))


@get(
    "/staff/v1/gateway/recalls", opt=allow("gateway", "read"), summary="Who is being taken back, and who waits for you"
)
async def list_recalls(edge: Edge, cursor: RecallCursor = "", limit: Limit = 50) -> Page[RecallView]:
    async with edge.unit() as uow:
        found = await recall_queue.list_unclosed(uow, None, cursor, limit + 1)
        refs = await _refs(uow, [one.subject for one in found])
    items = [
        RecallView(
            one.id, one.contract, refs.get(one.subject), one.reason, one.state, one.code, one.tried,
            one.planned_at, one.due_at,
        )
        for one in found[:limit]
    ]  # fmt: skip
    return Page(items, items[-1].id if len(found) > limit else None)


@post(
    "/staff/v1/gateway/recalls/{recall:str}/again",
    opt=allow("gateway", "recall"),
    status_code=204,
    summary="Try a recall again, after a repair at the recipient",
)
async def recall_again(recall: RecallPath, edge: Edge) -> None:
    await edge.once(_told(lambda uow: recall_queue.try_again(uow, recall)))


@post(
    "/staff/v1/gateway/recalls/{recall:str}/settle",
    opt=allow("gateway", "recall"),
    status_code=204,
    summary="The recipient confirmed outside this house that the person is gone",
)
async def settle_recall(recall: RecallPath, data: ReasonBody, edge: Edge) -> None:
    await edge.once(_told(lambda uow: recall_queue.settle(uow, recall, data.reason)))


@post(
    "/staff/v1/gateway/explain",
    opt=allow("gateway", "explain"),
    status_code=200,
    summary="Why a name of a recipient's is there, is not, or was removed: codes only",
)
async def explain(data: ExplainBody, edge: Edge) -> ExplanationView:
    async with edge.unit() as uow:
        found = await explaining.explain(uow, uow.use(Gate), data.external_id)
    lines = [SaidView(one.about, one.contract, one.code, one.state, one.at) for one in found.lines]
    return ExplanationView(found.known, lines)


def _connection(one: connections.Status) -> ConnectionView:
    known = one.connection
    return ConnectionView(
        known.contract, known.state, known.code, known.state_at, known.round_at, known.down_since_at,
        known.locked_out_at, one.arrived, one.flying, one.recalls_open, one.recalls_for_people,
    )  # fmt: skip


async def _refs(uow: UnitOfWork, subjects: Sequence[SubjectId]) -> Mapping[SubjectId, str | None]:
    """Outside ids; of the erased none."""
    meant = await identity.people.find(uow.conn, uow.handler, subjects)
    return {subject: None if one.erased else one.ref for subject, one in meant.items()}


def _told(act: Callable[[UnitOfWork], Awaitable[None]]) -> Story:
    """A story without an outcome of its own, for `edge.once`."""

    async def story(uow: UnitOfWork) -> Mapping[str, str | int | None]:
        await act(uow)
        return {}

    return story


ROUTES: Final = [
    list_connections, pause, resume, resync, list_cases, retry_case, drop_case, list_recalls, recall_again,
    settle_recall, explain, *BORDER_ROUTES, *CONTRACT_ROUTES, *GROUND_ROUTES, *METER_ROUTES,
]  # fmt: skip
