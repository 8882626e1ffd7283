"""The long runs: everything in this folder is marked `soak`, and what it counted goes into `docs/reports/soak.md`."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from bench import machine

HERE = Path(__file__).parent
REPORTS = HERE.parents[1] / "docs" / "reports"

Figures = dict[str, str | int | float]
Tell = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.soak)


@pytest.fixture(scope="session")
def _told() -> Iterator[dict[str, Figures]]:
    """Everything told in this session; the report keeps what earlier sessions told about other runs."""
    told: dict[str, Figures] = {}
    yield told
    if told:
        _write(told)


@pytest.fixture
def tell(request: pytest.FixtureRequest, _told: dict[str, Figures]) -> Tell:
    """`tell(kills=50, lost=0)` puts these figures beside the name of the test into the soak report."""

    def put(**figures: str | int | float) -> None:
        name = request.node.name.removeprefix("test_").replace("_", " ").replace("[", ": ").removesuffix("]")
        _told.setdefault(name, {}).update(figures)

    return put


def _write(told: dict[str, Figures]) -> None:
    """Put them beside what other sessions told; the processes of one session take turns."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    facts: Figures = {
        "taken": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine.facts()["processor"],
    }
    with (REPORTS / "soak.json").open("a+") as kept:
        flock(kept, LOCK_EX)
        kept.seek(0)
        runs = json.loads(kept.read() or "{}") | {name: facts | figures for name, figures in told.items()}
        kept.truncate(0)
        kept.write(json.dumps(runs, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        (REPORTS / "soak.md").write_text(_page(runs))


def _page(runs: dict[str, Figures]) -> str:
    lines = ["# Long runs", "", "What `make soak` did and counted, each run as it was last taken.", ""]
    for name, figures in sorted(runs.items()):
        lines += [f"## {name[0].upper()}{name[1:]}", "", "| what | figure |", "| --- | ---: |"]
        lines += [f"| {what.replace('_', ' ')} | {_shown(figure)} |" for what, figure in figures.items()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _shown(figure: str | float) -> str:
    if isinstance(figure, str):
        return figure
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:,.3g}"
