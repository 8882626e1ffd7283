"""Give each committed entry its place in the tree, exactly once, while acts go on without waiting for it.

A round is one REPEATABLE READ transaction. It sees precisely its own snapshot, so what is new is what it sees minus
what the last round saw (`head.seen`), found through the primary key of `entry`. The row of `head` is the fence: of
two rivals one gets a serialization failure and reloads. Nothing an act does waits for a round, and an act left open
holds nothing up. A restored dump lives in another cluster, where old snapshots mean nothing: then all entries
without a place are taken once, and later entries are numbered above the restored ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from psycopg import InterfaceError, IsolationLevel, OperationalError
from psycopg.errors import SerializationFailure

from yumen.kit.db import Conn
from yumen.security.trail import round_store, store
from yumen.security.trail.merkle import Edge, leaf_hash
from yumen.security.trail.tiles import BROKEN, Tiles

BUSY_S: Final = 0.02
IDLE_S: Final = 0.2
ENOUGH: Final = 16
"""Leaves that are worth a round of their own."""
LOST_S: Final = 0.1
LOST_MAX_S: Final = 5.0

Place = Callable[[Conn, store.Head, Edge, bool], Awaitable[None]]
"""Places what is new, hashes it into the edge, stores each tile that it fills; the flag tells of a restore."""


class Sequencer:
    """One process needs one; two at once are safe and slower. `integrated` is told the size after each round."""

    def __init__(
        self, connect: Callable[[], Awaitable[Conn]], integrated: Callable[[int], None] = lambda _: None
    ) -> None:
        """`connect` opens a connection of the sequencer's role; it is closed here."""
        self._connect = connect
        self._integrated = integrated
        self._tiles = Tiles()
        self._edge: Edge | None = None
        self._head: store.Head | None = None
        self._cluster = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Integrate until told to stop; a lost database is waited for. Raises `trail.broken`."""
        pause = LOST_S
        while not stop.is_set():
            try:
                async with await self._connect() as conn:
                    await prepare(conn)
                    pause = LOST_S
                    await self._serve(conn, stop)
            except (OperationalError, InterfaceError):
                self._head = None
                await _sleep(stop, pause)
                pause = min(pause * 2, LOST_MAX_S)

    async def catch_up(self) -> int:
        """Integrate what is committed now and return the size of the tree. For commands and tests."""
        async with await self._connect() as conn:
            await prepare(conn)
            while await self.integrate(conn):
                pass
            return (await store.get_head(conn)).size

    async def integrate(self, conn: Conn) -> int:
        """One round on a prepared connection: how many leaves got a place. Raises SerializationFailure to a loser."""
        if self._head is None:
            await self._meet(conn)
            head, edge = await self._round(conn, _place_backlog)
        elif not (waiting := await round_store.count_fresh(conn, self._head)):
            return 0
        elif waiting > store.PAGE:
            head, edge = await self._round(conn, _place_backlog)
        else:
            async with conn.pipeline():  # three round trips in all
                head, edge = await self._round(conn, _place_batch)
        added = edge.size - head.size
        self._edge = edge
        self._head = replace(head, size=edge.size, root=edge.root(), seen=head.now, cluster=self._cluster)
        if added:
            self._integrated(edge.size)
        return added

    async def _round(self, conn: Conn, place: Place) -> tuple[store.Head, Edge]:
        """One transaction: the head as it was, and the edge as it is once committed."""
        async with conn.transaction():
            head = await round_store.lock_head(conn)
            edge = await self._edge_of(conn, head)
            await place(conn, head, edge, head.cluster != self._cluster)
            await round_store.update_head(conn, edge.size, edge.root(), head.now, self._cluster)
        return head, edge

    async def _meet(self, conn: Conn) -> None:
        """On a new connection: is this still the cluster in which `head.seen` means something?"""
        self._cluster = await round_store.get_cluster(conn)
        if (await store.get_head(conn)).cluster != self._cluster:
            await round_store.lift_xids(conn)

    async def _serve(self, conn: Conn, stop: asyncio.Event) -> None:
        pause = BUSY_S
        while not stop.is_set():
            try:
                added = await self.integrate(conn)
            except SerializationFailure:
                self._head, added = None, 0  # a rival was faster: look again, less often
            pause = pause_after(added, pause)
            await _sleep(stop, pause)

    async def _edge_of(self, conn: Conn, head: store.Head) -> Edge:
        """A copy of the edge in memory, or a new one from the database; either must lead to the head's root."""
        if self._edge is not None and (self._edge.size, self._edge.root()) == (head.size, head.root):
            return self._edge.copy()
        edge = await self._tiles.edge(conn, head.size)
        if edge.root() != head.root:
            raise BROKEN(size=head.size)
        return edge


def pause_after(added: int, before_s: float) -> float:
    """How long to wait for the next round, in seconds: where leaves are few, until some have gathered."""
    return max(BUSY_S, before_s / 2) if added >= ENOUGH else min(before_s * 1.5, IDLE_S)


async def prepare(conn: Conn) -> None:
    """Set a new connection up for rounds."""
    await conn.set_autocommit(True)
    await conn.set_isolation_level(IsolationLevel.REPEATABLE_READ)


async def _place_batch(conn: Conn, head: store.Head, edge: Edge, restored: bool) -> None:
    """The usual few leaves: placed and read by one statement."""
    assert not restored
    bodies = await round_store.place_batch(conn, head)
    await round_store.insert_tiles(conn, edge.extend([leaf_hash(body) for body in bodies]))


async def _place_backlog(conn: Conn, head: store.Head, edge: Edge, restored: bool) -> None:
    """Any number of leaves in one transaction and little memory."""
    count = await round_store.place_backlog(conn, head, restored=restored)
    async for bodies in round_store.stream_placed(conn, head.size, count):
        await round_store.insert_tiles(conn, edge.extend([leaf_hash(body) for body in bodies]))
    if edge.size != head.size + count:
        raise BROKEN(size=head.size + count)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
