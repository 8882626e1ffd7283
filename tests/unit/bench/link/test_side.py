"""Two networks that reach each other over the bad way only."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.link import Conditions, Link, NoNamespaces, opened
from bench.link.__main__ import ASK, ECHO, main

SHORT = Conditions(round_trip_s=0.1, loss=0)


@pytest.fixture
def link() -> Iterator[Link]:
    try:
        with opened(SHORT) as link:
            yield link
    except NoNamespaces as refused:
        pytest.skip(str(refused))


def ask(link: Link, times: int = 3) -> list[float]:
    said = link.client.run([sys.executable, "-c", ASK, link.server.address, str(times)], timeout_s=30)
    return [float(line) for line in said.split()]


def test_a_round_trip_takes_as_long_as_was_asked(link: Link, tmp_path: Path) -> None:
    with link.server.running([sys.executable, "-c", ECHO], 7, tmp_path / "echo.log"):
        assert all(0.1 <= seconds < 0.3 for seconds in ask(link))


def test_a_cut_is_survived_by_tcp(link: Link, tmp_path: Path) -> None:
    with link.server.running([sys.executable, "-c", ECHO], 7, tmp_path / "echo.log"):
        link.cut(1.5)
        assert ask(link, 1)
        link.stall(1.0)
        assert ask(link, 1)


def test_no_way_leads_out_of_either_network(link: Link) -> None:
    said = link.client.run([sys.executable, "-c", "print(open('/proc/net/route').read())"])
    routes = [line.split()[:2] for line in said.splitlines()[1:] if line]
    assert [name for name, _ in routes] == ["link"]
    assert all(target != "00000000" for _, target in routes)


def test_programs_are_run_on_both_sides_from_the_command_line(capfd: pytest.CaptureFixture[str]) -> None:
    server = shlex.join([sys.executable, "-c", ECHO])
    words = ["run", "--loss-percent", "0", "--round-trip-ms", "20", "--server", server]
    code = main([*words, "--port", "7", "--", sys.executable, "-c", ASK, "10.88.0.2", "2"])
    if code == 3:
        pytest.skip("no namespaces here")
    assert code == 0
    assert len(capfd.readouterr().out.split()) == 2
