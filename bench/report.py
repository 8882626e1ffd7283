"""What a measurement says, and how the report tells it: figures beside their goals, with the machine they come from."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reports"
STAMP = ("taken", "processor", "load before")


@dataclass(frozen=True)
class Goal:
    """One figure with its floor and aim. `lower` tells that less is better (milliseconds, MiB)."""

    name: str
    value: float
    floor: float
    aim: float
    unit: str
    lower: bool = False

    @property
    def verdict(self) -> str:
        """`aim`, `floor` or `missed`: which of the two marks was reached."""
        if self.value <= self.aim if self.lower else self.value >= self.aim:
            return "aim"
        return "floor" if (self.value <= self.floor if self.lower else self.value >= self.floor) else "missed"


@dataclass(frozen=True)
class Section:
    """One subject of the report. `notes` say how it was measured and what was not."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | float]]
    goals: Sequence[Goal] = ()
    notes: Sequence[str] = ()
    taken: str = ""
    """When, on which processor, beside how much load."""


@dataclass
class Report:
    """Everything measured in one run, and the sections of earlier runs that this one did not take again."""

    machine: dict[str, str]
    sections: list[Section] = field(default_factory=list)

    def add(self, section: Section) -> None:
        """Put a section in its place: where it stood, or at the end."""
        stamped = replace(section, taken=", ".join(f"{name} {self.machine[name]}" for name in STAMP))
        places = [place for place, known in enumerate(self.sections) if known.name == section.name]
        if places:
            self.sections[places[0]] = stamped
        else:
            self.sections.append(stamped)

    def remember(self, folder: Path = FOLDER, name: str = "bench") -> None:
        """Take over the sections of the report that lies there; each says when it was taken."""
        file = folder / f"{name}.json"
        if file.exists():
            for told in json.loads(file.read_text())["sections"]:
                goals = [Goal(**goal) for goal in told.pop("goals")]
                self.sections.append(Section(**told, goals=goals))

    @property
    def missed(self) -> list[Goal]:
        return [goal for section in self.sections for goal in section.goals if goal.verdict == "missed"]

    def write(self, folder: Path = FOLDER, name: str = "bench") -> Path:
        """Write `bench.json` for programs and `bench.md` for people; return the latter's place."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")
        page = folder / f"{name}.md"
        page.write_text(self.markdown())
        return page

    def markdown(self) -> str:
        """The report as a page of the documentation."""
        reached = [goal.verdict for section in self.sections for goal in section.goals]
        lines = [
            "# Measured",
            "",
            f"{len(reached)} goals: {reached.count('aim')} at their aim, {reached.count('floor')} at their floor, "
            f"{reached.count('missed')} missed. Each section is one run; compare its rows, not machines.",
            "",
            *_table(("machine", ""), list(self.machine.items())),
        ]
        for section in self.sections:
            lines += ["", f"## {section.title}", ""]
            if section.goals:
                lines += [
                    *_table(("goal", "measured", "floor", "aim", "reached"), [_goal(g) for g in section.goals]),
                    "",
                ]
            if section.rows:
                lines += [*_table(section.columns, section.rows), ""]
            lines += [f"- {note}" for note in section.notes]
            if section.taken:
                lines.append(f"- Measured: {section.taken}.")
        return "\n".join(lines).rstrip() + "\n"


def _goal(goal: Goal) -> tuple[str, ...]:
    sign = "≤" if goal.lower else "≥"
    figures = (goal.value, goal.floor, goal.aim)
    value, floor, aim = (f"{_figure(figure)} {goal.unit}".strip() for figure in figures)
    return goal.name, value, f"{sign} {floor}", f"{sign} {aim}", goal.verdict


def _figure(figure: float) -> str:
    """Three digits are what a measurement is good for; whole numbers keep theirs."""
    if math.isnan(figure):
        return "not read here"
    return f"{figure:,.0f}" if isinstance(figure, int) or abs(figure) >= 100 else f"{figure:.3g}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str | float]]) -> list[str]:
    words = [[_figure(cell) if isinstance(cell, int | float) else cell for cell in row] for row in rows]
    right = [bool(rows) and all(isinstance(row[n], int | float) for row in rows) for n in range(len(head))]
    rule = ["---:" if figure else "---" for figure in right]
    return ["| " + " | ".join(line) + " |" for line in (head, rule, *words)]
