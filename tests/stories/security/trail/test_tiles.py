"""Hashes read from the database equal those of the whole tree, wherever they come from."""

import pytest

from tests.stories.security.trail.desk import Desk
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.security import trail
from yumen.security.trail import store
from yumen.security.trail.merkle import Edge, leaf_hash


async def test_rows_and_edge_are_those_of_the_tree(desk: Desk) -> None:
    await desk.act(800)
    await desk.integrate()
    tiles = trail.Tiles()
    async with desk.database.pool(Role.APP).connection() as conn:
        leaves = [leaf_hash(body) for body in await store.list_bodies(conn, 0, 800)]
        for start, count in ((0, 256), (256, 256), (300, 4), (768, 32), (799, 1)):
            assert await tiles.row(conn, 0, start, count) == leaves[start : start + count]
        whole = Edge()
        whole.extend(leaves)
        for _ in range(2):  # the second time from the cache
            edge = await tiles.edge(conn, 800)
            assert (edge.rows, edge.root()) == (whole.rows, whole.root())
        assert await tiles.root(conn, (0, 800)) == whole.root()


@pytest.mark.parametrize("statement", ["delete from trail.tile where n = 1", "delete from trail.entry where id > 790"])
async def test_what_is_lost_is_said_so(desk: Desk, statement: str) -> None:
    await desk.act(800)
    await desk.integrate()
    await desk.tamper(statement)
    async with desk.database.pool(Role.APP).connection() as conn:
        with pytest.raises(Problem, match=r"trail\.broken"):
            await trail.Tiles().edge(conn, 800)
