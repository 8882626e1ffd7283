"""A small HTTP server around the receiver, standard library only: POST an envelope, get the countersigned receipt.

200 `application/vnd.yumen.receipt`; 409 for a place in the chain that does not fit, 422 for what is not to be believed,
as problem+json with `code`, facts and, for a replay, `receipt` (base64). 503 when delivering failed: send it again.
Put it behind a proxy with TLS.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from yumen_receiver.layout import ENVELOPE_MAX
from yumen_receiver.receiver import Opened, Receiver
from yumen_receiver.refusal import RefusedError
from yumen_receiver.texts import text

READ_S: Final = 60
RECEIPT_TYPE: Final = "application/vnd.yumen.receipt"
PROBLEM_TYPE: Final = "application/problem+json"
OF_PLACE: Final = ("sequence.", "chain.", "keys.")


class Server(ThreadingHTTPServer):
    """One receiver behind a socket. `deliver` gets what came before it is written down."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], receiver: Receiver, deliver: Callable[[Opened], None]) -> None:
        super().__init__(address, Handler)
        self.receiver = receiver
        self.deliver = deliver


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = READ_S
    server_version = "yumen-receiver"
    sys_version = ""

    def do_POST(self) -> None:
        """Take one envelope."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > ENVELOPE_MAX:
            self.close_connection = True
            self._problem(413 if length.isdigit() else 411, RefusedError("layout.long", bytes_max=ENVELOPE_MAX))
            return
        data = self.rfile.read(int(length))
        try:
            opened = self.server.receiver.receive(data, self.server.deliver)
        except RefusedError as refused:
            self._problem(409 if refused.code.startswith(OF_PLACE) else 422, refused)
        except OSError:
            self._answer(503, PROBLEM_TYPE, b'{"code":"deliver.failed"}')
        else:
            self._answer(200, RECEIPT_TYPE, opened.receipt)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — its name there
        """Nothing: what came and what was refused is in the state."""

    def _problem(self, status: int, refused: RefusedError) -> None:
        body: dict[str, int | str] = {"code": refused.code, "title": text(refused.code, "en", **refused.facts)}
        body |= refused.facts
        if refused.receipt is not None:
            body["receipt"] = base64.b64encode(refused.receipt).decode()
        self._answer(status, PROBLEM_TYPE, json.dumps(body).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def into_folder(folder: Path) -> Callable[[Opened], None]:
    """Deliver each content as a file of that folder, for its owner only: there when complete, or not at all."""

    def deliver(opened: Opened) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{opened.sender.replace('/', '_')}-{opened.sequence:012d}"
        part = folder / f"{name}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(opened.content)
            out.flush()
            os.fsync(out.fileno())
        part.rename(folder / name)

    return deliver
