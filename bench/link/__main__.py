"""`python -m bench.link run|probe|relay`: run programs over the link, look how bad it is, or relay one port.

python -m bench.link run --server "python -m http.server 8000" -- curl http://10.88.0.2:8000/
python -m bench.link probe --loss-percent 5
python -m bench.link relay --listen 8900 --to 127.0.0.1:9000 --reset-every-s 30
"""

from __future__ import annotations

import argparse
import asyncio
import shlex
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.link.conditions import Conditions, chosen, options
from bench.link.relay import TcpRelay
from bench.link.side import NoNamespaces, opened

PROBES = 20
ECHO = """
import socket
with socket.create_server(("0.0.0.0", 7)) as server:
    while True:
        peer, _ = server.accept()
        with peer:
            while peer.recv(64): peer.sendall(b"x")
"""
ASK = """
import socket, sys, time
with socket.create_connection((sys.argv[1], 7), 30) as peer:
    for _ in range(int(sys.argv[2])):
        begun = time.perf_counter(); peer.sendall(b"x"); peer.recv(64)
        print(time.perf_counter() - begun)
"""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.link", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True)
    ran = commands.add_parser("run", help="a program on the client's side, and one on the server's")
    ran.add_argument("--server", help="its command line")
    ran.add_argument("--port", type=int, help="wait until the server accepts there")
    ran.add_argument("program", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    probed = commands.add_parser("probe", help="round trips of one byte over an open connection")
    relayed = commands.add_parser("relay", help="a TCP relay on the loopback, for any machine")
    relayed.add_argument("--listen", type=int, required=True)
    relayed.add_argument("--to", required=True, metavar="HOST:PORT")
    for each in (ran, probed, relayed):
        options(each)
    asked = parser.parse_args(words)
    try:
        if asked.command == "relay":
            return asyncio.run(_relay(asked, chosen(asked)))
        return _run(asked, chosen(asked)) if asked.command == "run" else _probe(chosen(asked))
    except NoNamespaces as refused:
        print(f"no namespaces here ({refused}); `relay` works everywhere", file=sys.stderr)
        return 3


def _run(asked: argparse.Namespace, conditions: Conditions) -> int:
    program = asked.program[1:] if asked.program[:1] == ["--"] else asked.program
    with tempfile.TemporaryDirectory() as folder, opened(conditions) as link, ExitStack() as stack:
        if asked.server:
            log = Path(folder) / "server.log"
            stack.enter_context(link.server.running(shlex.split(asked.server), asked.port, log))
        return subprocess.run([str(word) for word in link.client.command(program)], check=False).returncode


def _probe(conditions: Conditions) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        opened(conditions) as link,
        link.server.running([sys.executable, "-c", ECHO], 7, Path(folder) / "echo.log"),
    ):
        said = link.client.run([sys.executable, "-c", ASK, link.server.address, str(PROBES)])
    times = sorted(float(line) * 1e3 for line in said.split())
    print(f"{len(times)} round trips: least {times[0]:.0f} ms, median {statistics.median(times):.0f} ms,"
          f" most {times[-1]:.0f} ms")  # fmt: skip
    return 0


async def _relay(asked: argparse.Namespace, conditions: Conditions) -> int:
    host, _, port = asked.to.rpartition(":")
    async with TcpRelay(conditions, (host, int(port))).listening(asked.listen) as relay:
        print(f"listening on {relay.address[0]}:{relay.address[1]}", flush=True)
        await asyncio.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
