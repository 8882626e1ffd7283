"""A CRM abroad, as a program of the link's far side: `python -m bench.gateway_abroad salesforce ADDRESS FOLDER`.

The sandbox answers on the loopback only; a doorstep passes on what comes over the link. What a caller needs is written
to `FOLDER/open.json`; when told to stop, it writes how many records it has to `FOLDER/closed.json`.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from yumen.sandbox.hubspot import client as hubspot_client
from yumen.sandbox.hubspot import server as hubspot_server
from yumen.sandbox.salesforce import client as salesforce_client
from yumen.sandbox.salesforce import server as salesforce_server

CHUNK = 65_536


@asynccontextmanager
async def doorstep(address: str, url: str) -> AsyncIterator[int]:
    """Pass on every connection to the same port of the loopback."""
    port = int(urlsplit(url).port or 0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    server = await asyncio.start_server(serve, address, port)
    try:
        yield port
    finally:
        server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


async def salesforce(address: str, folder: Path, stop: asyncio.Event) -> int:
    """The org with a large allocation; answers how many contacts it has at the end."""
    options = salesforce_server.Options(state=folder / "org.sqlite", tls_port=0, ca=folder / "ca.pem")
    async with salesforce_server.running(options) as at, salesforce_client.Admin(at.admin) as admin:
        await admin.change_org(daily_calls=10_000_000, bulk_wait_s=0.0)
        app = (await admin.apps())[0]
        async with doorstep(address, at.api) as plain, doorstep(address, at.tls) as secure:
            told = {"port": plain, "tls_port": secure, "id": app.client_id, "secret": app.client_secret}
            (folder / "open.json").write_text(json.dumps(told))
            await stop.wait()
        return sum(one.live for one in (await admin.overview()).held if one.object == "Contact")


async def hubspot(address: str, folder: Path, stop: asyncio.Event) -> int:
    """The portal under its documented limits; answers how many contacts it has at the end."""
    options = hubspot_server.Options(state=folder / "portal.sqlite")
    async with hubspot_server.running(options) as at, hubspot_client.Admin(at.admin) as admin:
        async with doorstep(address, at.api) as plain:
            told = {"port": plain, "secret": (await admin.app()).token}
            (folder / "open.json").write_text(json.dumps(told))
            await stop.wait()
        return sum(one.live for one in (await admin.overview()).held if one.object == "contacts")


async def main(kind: str, address: str, folder: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    run = {"salesforce": salesforce, "hubspot": hubspot}[kind]
    (folder / "closed.json").write_text(json.dumps({"records": await run(address, folder, stop)}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
