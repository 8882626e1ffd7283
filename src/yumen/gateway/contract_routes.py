"""Staff routes of export contracts and mechanisms on file: proposed, read by a second person, in force, ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from litestar import get, post

from yumen.border import BadContractError, contracting, diff, filings, read, say
from yumen.border.filings import read_filing
from yumen.gateway.border_shapes import (
    ContractsView,
    ContractView,
    FiledView,
    FilingPath,
    FilingsView,
    FilingView,
    RegisterBody,
    VersionPath,
    VersionView,
)
from yumen.gateway.gate import Gate
from yumen.gateway.shapes import ContractBody, ContractPath, EnforceBody, ProposedView
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.web import Edge, allow
from yumen.kit.work import UnitOfWork

FAULTY: Final = Code("contract.faulty", 422)
"""The first fault and how many there are; `yumen gateway check` says them all."""

Outcome = Mapping[str, str | int | None]


@get("/staff/v1/gateway/contracts", opt=allow("gateway", "read"), summary="Export contracts, every version")
async def list_contracts(edge: Edge) -> ContractsView:
    async with edge.unit() as uow:
        found = await contracting.versions(uow)
    return ContractsView([VersionView.of(one) for one in found])


@get(
    "/staff/v1/gateway/contracts/{contract:str}/versions/{version:int}",
    opt=allow("gateway", "read"),
    summary="A version in sentences, and what it says otherwise than the one in force before it",
)
async def read_contract(contract: ContractPath, version: VersionPath, edge: Edge) -> ContractView:
    async with edge.unit() as uow:
        draft, before = await contracting.compare(uow, contract, version)
    changed = [] if before is None else diff(before, draft, edge.language)
    return ContractView(draft.hash().hex(), say(draft, edge.language), None if before is None else changed)


@post(
    "/staff/v1/gateway/contracts",
    opt=allow("gateway", "contract", bulk=True),
    summary="Put an export contract before a second person",
)
async def propose_contract(data: ContractBody, edge: Edge) -> ProposedView:
    async def story(uow: UnitOfWork) -> Outcome:
        gate, source = uow.use(Gate), data.source.encode()
        with _told("/source"):
            gate.require_openers(read(source))
            return {"approval": await contracting.propose(uow, source, gate.data_map)}

    return ProposedView(str((await edge.once(story))["approval"]))


@post(
    "/staff/v1/gateway/contracts/{contract:str}/enforce",
    opt=allow("gateway", "contract"),
    status_code=204,
    summary="Put a proposed contract into force, as a second person approved (`border.contract`)",
)
async def enforce_contract(contract: ContractPath, data: EnforceBody, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        with _told("/version"):
            await contracting.enforce(uow, contract, data.version, data.approval_id, uow.use(Gate).data_map)
        return {}

    await edge.once(story)


@post(
    "/staff/v1/gateway/contracts/{contract:str}/end",
    opt=allow("gateway", "contract"),
    status_code=204,
    summary="Stop a contract at once; everybody sent under it is taken back",
)
async def end_contract(contract: ContractPath, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await contracting.end(uow, contract)
        return {}

    await edge.once(story)


@get("/staff/v1/gateway/filings", opt=allow("gateway", "read"), summary="Mechanisms on file (PIPL art. 38)")
async def list_filings(edge: Edge) -> FilingsView:
    async with edge.unit() as uow:
        found = await filings.on_file(uow)
        today = shanghai_day(uow.now)
    return FilingsView([FilingView.of(one, today) for one in found])


@post(
    "/staff/v1/gateway/filings",
    opt=allow("gateway", "filing", bulk=True),
    summary="Put a mechanism (its record as TOML) before a second person",
)
async def propose_filing(data: ContractBody, edge: Edge) -> ProposedView:
    async def story(uow: UnitOfWork) -> Outcome:
        with _told("/source"):
            return {"approval": await filings.propose(uow, data.source.encode(), uow.use(Gate).data_map)}

    return ProposedView(str((await edge.once(story))["approval"]))


@post(
    "/staff/v1/gateway/filings/register",
    opt=allow("gateway", "filing", bulk=True),
    summary="Put a mechanism on file, as a second person approved just this record (`border.filing`)",
)
async def register_filing(data: RegisterBody, edge: Edge) -> FiledView:
    async def story(uow: UnitOfWork) -> Outcome:
        with _told("/source"):
            draft = read_filing(data.source.encode(), uow.use(Gate).data_map, shanghai_day(uow.now))
        return {"filing": await filings.register(uow, draft, data.approval_id)}

    return FiledView(str((await edge.once(story))["filing"]))


@post(
    "/staff/v1/gateway/filings/{filing:str}/revoke",
    opt=allow("gateway", "filing"),
    status_code=204,
    summary="Say that a mechanism ends today; who left by it is taken back where no other covers them",
)
async def revoke_filing(filing: FilingPath, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await filings.revoke(uow, filing)
        return {}

    await edge.once(story)


@contextmanager
def _told(at: str) -> Iterator[None]:
    """Within, a faulty record is refused with the first of its faults."""
    try:
        yield
    except BadContractError as bad:
        first = bad.faults[0]
        raise FAULTY(at=at, faults=len(bad.faults), first=first.code, place=first.at) from bad


ROUTES: Final = [
    list_contracts, read_contract, propose_contract, enforce_contract, end_contract, list_filings, propose_filing,
    register_filing, revoke_filing,
]  # fmt: skip
