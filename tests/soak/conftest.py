"""The long runs: everything in this folder is marked `soak`, and what it counted goes into `docs/reports/soak.md`."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
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
        name = request.node.name.removeprefix("test_").replace("_", " ")
        _told.setdefault(name, {}).update(figures)

    return put


def _write(told: dict[str, Figures]) -> None:
    kept = REPORTS / "soak.json"
    runs = json.loads(kept.read_text()) if kept.exists() else {}
    taken = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    runs |= {
        name: {"taken": taken, "machine": machine.facts()["processor"], **figures} for name, figures in told.items()
    }
    REPORTS.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(runs, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    lines = ["# Long runs", "", "What `make soak` did and counted, each run as it was last taken.", ""]
    for name, figures in sorted(runs.items()):
        lines += [f"## {name[0].upper()}{name[1:]}", "", "| what | figure |", "| --- | ---: |"]
        lines += [f"| {what.replace('_', ' ')} | {_shown(figure)} |" for what, figure in figures.items()]
        lines.append("")
    (REPORTS / "soak.md").write_text("\n".join(lines).rstrip() + "\n")


def _shown(figure: str | float) -> str:
    if isinstance(figure, str):
        return figure
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:,.3g}"
