"""The trail published to an object store: the same files, refused loudly when the store refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.stories.security.trail.desk import Desk, judge
from yumen.kit.db import Role
from yumen.kit.errors import NotSent, Problem
from yumen.kit.http import Http, HttpSettings
from yumen.kit.http.sigv4 import Signer
from yumen.security import trail

SIGNER = Signer("AKIDEXAMPLE", "hush", "ap-shanghai")


class Store:
    """An object store of one bucket that keeps its objects as files and may refuse."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.status = 200
        self.unsigned = 0

    async def answer(self, request: web.Request) -> web.Response:
        file, body = self._folder / request.path.removeprefix("/velvet/"), await request.read()
        self.unsigned += not request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=AKID")
        if self.status != 200:
            return web.Response(status=self.status)
        if request.method == "GET":
            return web.Response(body=file.read_bytes()) if file.is_file() else web.Response(status=404)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        return web.Response()


@asynccontextmanager
async def opened(store: Store) -> AsyncIterator[trail.BucketShelf]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", store.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with Http(HttpSettings()) as http:
            host, port = runner.addresses[0][:2]
            yield trail.BucketShelf(http, f"http://{host}:{port}/velvet/", SIGNER)
    finally:
        await runner.cleanup()


async def publish(desk: Desk, shelf: trail.Shelf) -> int:
    await desk.integrate()
    await desk.sign()
    async with desk.database.pool(Role.APP).connection() as conn:
        return await trail.publish(conn, shelf, trail.Tiles())


async def test_what_lies_in_the_bucket_is_what_the_verifier_reads(desk: Desk, tmp_path: Path) -> None:
    async with opened(Store(tmp_path / "bucket")) as shelf:
        for count in (300, 5, 0):
            await desk.act(count)
            await publish(desk, shelf)
    await publish(desk, trail.FolderShelf(tmp_path / "folder"))
    assert (judge(tmp_path / "bucket").verdict, judge(tmp_path / "bucket").size) == ("whole", 305)
    for file in (path for path in (tmp_path / "folder").rglob("*") if path.is_file()):
        assert (tmp_path / "bucket" / file.relative_to(tmp_path / "folder")).read_bytes() == file.read_bytes()


async def test_every_request_is_signed_and_a_refusal_is_told(desk: Desk, tmp_path: Path) -> None:
    store = Store(tmp_path)
    await desk.act(3)
    async with opened(store) as shelf:
        store.status = 403
        with pytest.raises(Problem, match=r"trail\.bucket_refused status=403"):
            await publish(desk, shelf)
        store.status = 200
        assert await publish(desk, shelf) == 3
    assert store.unsigned == 0
    with pytest.raises(NotSent):
        await shelf.get("checkpoint")
