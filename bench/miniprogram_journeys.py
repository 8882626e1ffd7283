"""Journeys over a bad link: how many of those who want to buy have bought, with the storefront and with a plain app."""

from __future__ import annotations

import contextlib
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from bench.ground import ROOT
from bench.link import Conditions, NoNamespaces, Outage, opened
from bench.miniprogram_shop import PORT, SOCKETS
from bench.processes import NotStarted, free_port, running
from bench.report import Goal

DRIVER: Final = ROOT / "bench/peers/miniprogram/drive.mjs"
SHOP: Final = (sys.executable, "-m", "bench.miniprogram_shop")
PHONE_BITS_A_SECOND: Final = 1.6e6
ROUND_TRIP_S: Final = 0.3
LOSS: Final = 0.1
STALL: Final = Outage(every_s=15.0, for_s=2.0)
QUEUE_S: Final = 0.5
NETWORK: Final = "3g"
"""What WeChat tells the app about such a network."""
PATIENCE_S: Final = 15.0
"""A person who has waited so long at one step, trying again where the app offers it, leaves."""
PATIENCES_S: Final = (8.0, 10.0, 15.0, 20.0, 30.0)
OPEN_MAX_S: Final = 120.0
RUN_MAX_S: Final = 600.0
NAMES: Final = {"storefront": "Storefront with the SDK", "plain": "plain wx.request"}


@dataclass(frozen=True)
class Journey:
    """One person's: how long each step took, whether the end was reached, and what the server knows of it."""

    client: str
    steps: list[tuple[str, int, int]]
    done: bool
    requests: int
    payments: int
    orders: list[str]

    def within(self, patience_s: float) -> bool:
        """Had a person of that patience bought?"""
        return self.done and all(ms <= patience_s * 1e3 for _, ms, _ in self.steps)


@dataclass(frozen=True)
class Outcome:
    """Everything of one run."""

    journeys: list[Journey]
    strays: list[str]
    seconds: float
    over: str
    """`packets` or `bytes`: by which relay."""

    def of(self, client: str) -> list[Journey]:
        return [each for each in self.journeys if each.client == client]

    def share(self, client: str, patience_s: float) -> float:
        """Percent of that client's journeys."""
        journeys = self.of(client)
        return 100 * sum(each.within(patience_s) for each in journeys) / len(journeys)


def conditions(at_once: int) -> Conditions:
    """The link: every phone at work has its own 1.6 Mbit/s of it."""
    rate = at_once * PHONE_BITS_A_SECOND
    return Conditions(ROUND_TRIP_S, loss=LOSS, rate=rate, queue_s=QUEUE_S, stall=STALL)


def travel(journeys: int, at_once: int) -> Outcome:
    """So many journeys of each client, both in turn on the same link."""
    bad = conditions(at_once)
    asked = {"journeys": journeys, "atOnce": at_once, "network": NETWORK, "seed": 1}
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            with opened(bad) as link:
                command = link.server.command([*SHOP, folder, link.server.address])
                with _shop(command, folder) as appid:
                    drive = [
                        str(word) for word in link.client.command(_driver(folder, appid, link.server.address, asked))
                    ]
                    return _outcome(drive, "packets")
        except NoNamespaces:
            with _shop([*SHOP, folder, "127.0.0.1"], folder) as appid, _relayed(bad, folder) as port:
                return _outcome(_driver(folder, appid, "127.0.0.1", {**asked, "port": port}), "bytes")


def _driver(folder: Path, appid: str, address: str, asked: dict[str, object]) -> list[str]:
    sockets = {name: str(folder / file) for name, file in SOCKETS.items()}
    told = {"address": address, "port": PORT, "appid": appid, **sockets, **asked}
    return ["node", str(DRIVER), json.dumps(told)]


def _outcome(command: Sequence[str | Path], over: str) -> Outcome:
    begun = time.perf_counter()
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=RUN_MAX_S)
    said = json.loads(done.stdout.splitlines()[-1])
    known = Journey.__dataclass_fields__
    journeys = [Journey(**{name: value for name, value in each.items() if name in known}) for each in said["journeys"]]
    lost = [
        f"{each['client']} {each['steps'][-1][0]}: {each['where']}" for each in said["journeys"] if not each["done"]
    ]
    return Outcome(journeys, [*said["stray"], *lost], time.perf_counter() - begun, over)


@contextlib.contextmanager
def _shop(command: list[str | Path], folder: Path) -> Iterator[str]:
    """The shop's process; answers the appid once it is open. Raises NotStarted."""
    log = folder / "shop.log"
    with running(command, None, log, cwd=ROOT):
        deadline = time.monotonic() + OPEN_MAX_S
        while time.monotonic() < deadline:
            for line in log.read_text(errors="replace").splitlines():
                if line.startswith('{"appid"'):
                    yield str(json.loads(line)["appid"])
                    return
            time.sleep(0.2)
        raise NotStarted(log.read_text(errors="replace")[-800:])


@contextlib.contextmanager
def _relayed(bad: Conditions, folder: Path) -> Iterator[int]:
    """The relay of bytes, where packets cannot be had; answers its port."""
    port, stall = free_port(), bad.stall or STALL
    told = {"listen": port, "to": f"127.0.0.1:{PORT}", "round-trip-ms": bad.round_trip_s * 1e3}
    told |= {"loss-percent": bad.loss * 100, "mbit": bad.rate / 1e6, "queue-ms": bad.queue_s * 1e3}
    words = [word for name, value in told.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "bench.link", "relay", *words, "--stall", str(stall.every_s), str(stall.for_s)]
    with running(command, port, folder / "relay.log", cwd=ROOT):
        yield port


def goals(outcome: Outcome) -> list[Goal]:
    """At least 99 % with the SDK; nobody pays twice."""
    ours = outcome.of("storefront")
    twice = sum(each.payments > 1 or len(each.orders) > 1 for each in ours)
    return [
        Goal(
            "journeys completed, 10 % loss and 2 s stalls", outcome.share("storefront", PATIENCE_S), 99, 99.8, "of 100"
        ),
        Goal("journeys with a second order or payment", twice, 0, 0, "", lower=True),
    ]


def rows(outcome: Outcome) -> list[tuple[str, str, str]]:
    """What the storefront and the plain app reached."""
    both = list(NAMES)
    found = [
        (f"completed with {patience:.0f} s of patience a step, %", *(_of(outcome.share(c, patience)) for c in both))
        for patience in PATIENCES_S
    ]
    found.append(("journeys", *(str(len(outcome.of(c))) for c in both)))
    found.append(("one journey at the phone, median s", *(_of(_journey_s(outcome.of(c), 0.5)) for c in both)))
    found.append(("the same, 95th of 100", *(_of(_journey_s(outcome.of(c), 0.95)) for c in both)))
    found.append(("requests a journey, median", *(_of(median(j.requests for j in outcome.of(c))) for c in both)))
    found.append(
        ("tapped again", *(str(sum(tries - 1 for j in outcome.of(c) for _, _, tries in j.steps)) for c in both))
    )
    found.append(("journeys with two orders", *(str(sum(len(j.orders) > 1 for j in outcome.of(c))) for c in both)))
    found.append(("journeys paid twice", *(str(sum(j.payments > 1 for j in outcome.of(c))) for c in both)))
    return [(what, ours, peer) for what, ours, peer in found]


def note(outcome: Outcome) -> str:
    """How it was done."""
    over = {
        "packets": "relayed as IP packets between two network namespaces",
        "bytes": "relayed as bytes, for want of namespaces: a loss is a pause of its connection, which is too kind",
    }
    return (
        f"Journeys: {LOSS:.0%} of packets lost each way, {ROUND_TRIP_S * 1e3:.0f} ms there and back, everything held "
        f"for {STALL.for_s:.0f} s each {STALL.every_s:.0f} s, 1.6 Mbit/s a phone; {over[outcome.over]}. Both apps run "
        "in turn in Node.js, without pictures, on the real backend with real sockets: open, categories, product, into "
        "the bag (privacy notice, login), bag, checkout, address, order and payment until the paid page shows. "
        f"Completed means that each of these eight steps was on the screen within {PATIENCE_S:.0f} s of the tap; "
        "whoever sees a failure looks for 1 s and taps again. The storefront is the one of this repository; the plain "
        "app has the same screens and calls by wx.request with its defaults (60 s, no retry). Login codes, address "
        "book and cashier come from WeChat itself, beside the link."
    )


def _journey_s(journeys: list[Journey], share: float) -> float:
    times = sorted(sum(ms for _, ms, _ in each.steps) / 1e3 for each in journeys if each.done)
    return times[min(len(times) - 1, int(share * len(times)))] if times else math.nan


def _of(figure: float) -> str:
    return f"{figure:.1f}"
