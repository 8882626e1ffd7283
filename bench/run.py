"""Measure and write the report: `python -m bench.run [--quick] [NAME …]`, by default everything, into docs/reports.

What is not measured keeps its section of the report, with its day.
"""

import argparse
import signal
import sys
from pathlib import Path

from bench import (
    audit,
    border,
    catalog,
    gateway,
    login,
    machine,
    memory,
    miniprogram,
    order_http,
    orders,
    reconcile,
    startup,
    trail,
    vault,
)
from bench.ours import yumen
from bench.report import FOLDER, Report, Section

QUICK = Path(__file__).resolve().parents[1] / "build" / "reports"


def _login(quick: bool) -> Section:
    return login.measure(
        yumen, subjects=1_000 if quick else 10_000, seconds=3 if quick else 5, rounds=1 if quick else 3
    )


def _startup(quick: bool) -> Section:
    return startup.measure(starts=2 if quick else 7)


def _memory(quick: bool) -> Section:
    return memory.measure(subjects=2_000, requests=20_000 if quick else 200_000)


MEASUREMENTS = {
    "login": _login,
    "startup": _startup,
    "memory": _memory,
    "vault": vault.measure,
    "border": border.measure,
    "trail": trail.measure,
    "catalog": catalog.measure,
    "orders": orders.measure,
    "orders-http": order_http.measure,
    "reconcile": reconcile.measure,
    "audit": audit.measure,
    "gateway": gateway.measure,
    "miniprogram": miniprogram.measure,
}


def main(words: list[str]) -> int:
    """Take the named measurements one after the other; 1 when a floor was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *MEASUREMENTS], metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument(
        "--quick", action="store_true", help="short rounds; into build/, since such figures prove little"
    )
    asked = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that nothing is left running
    report = Report(machine.facts())
    report.remember(QUICK if asked.quick else FOLDER)
    for name in asked.names or MEASUREMENTS:
        print(f"measuring: {name}", flush=True)
        report.machine = machine.facts()
        report.add(MEASUREMENTS[name](asked.quick))
        page = report.write(QUICK if asked.quick else FOLDER)  # each time, so that a later failure loses nothing
    print(report.markdown())
    print(f"written: {page.relative_to(page.parents[2])}")
    return int(bool(report.missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
