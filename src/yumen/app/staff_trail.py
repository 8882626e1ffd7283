"""Staff routes over the trail: the newest signed checkpoint, proofs of inclusion and consistency."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Final

import msgspec
from litestar import MediaType, Response, get
from litestar.params import QueryParameter

from yumen.kit.errors import Code
from yumen.kit.web import Edge, allow
from yumen.security import trail
from yumen.security.trail import Tiles

NONE_YET: Final = Code("trail.no_checkpoint", 404)

Size = Annotated[int, QueryParameter(ge=0, le=2**53, description="Leaves in the tree")]
Index = Annotated[int, QueryParameter(ge=0, le=2**53, description="Place of the leaf, from 0")]


class InclusionView(msgspec.Struct):
    """`leaf` is the leaf's own bytes, `path` the hashes from the leaf to the root, base64 (RFC 6962)."""

    index: int
    size: int
    leaf: str
    path: list[str]


class ConsistencyView(msgspec.Struct):
    """Hashes that lead from the root at `old` leaves to that at `new`, base64 (RFC 6962)."""

    old: int
    new: int
    path: list[str]


@get(
    "/staff/v1/trail/checkpoint",
    opt=allow("trail", "read"),
    media_type=MediaType.TEXT,
    summary="The newest signed checkpoint",
    description="A signed note as in C2SP, signed with SM2: origin, size, root. Keep it outside.",
)
async def checkpoint(edge: Edge) -> Response[bytes]:
    async with edge.unit() as uow:
        signed = await trail.newest_checkpoint(uow.conn)
    if signed is None:
        raise NONE_YET()
    return Response(signed, media_type=MediaType.TEXT)


@get("/staff/v1/trail/leaves/{index:int}", opt=allow("trail", "read"), summary="A leaf and the proof of its place")
async def inclusion(index: Index, size: Size, edge: Edge) -> InclusionView:
    async with edge.unit() as uow:
        proof = await trail.prove_inclusion(uow.conn, edge.use(Tiles), index, size)
    return InclusionView(proof.index, proof.size, b64encode(proof.body).decode(), _texts(proof.path))


@get(
    "/staff/v1/trail/consistency",
    opt=allow("trail", "read"),
    summary="The proof that one tree continues another",
)
async def consistency(old: Size, new: Size, edge: Edge) -> ConsistencyView:
    async with edge.unit() as uow:
        path = await trail.prove_consistency(uow.conn, edge.use(Tiles), old, new)
    return ConsistencyView(old, new, _texts(path))


def _texts(hashes: list[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in hashes]


ROUTES: Final = [checkpoint, inclusion, consistency]
