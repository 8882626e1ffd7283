"""What is wrong with the settings, and where: every fault at once, each with its key and place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from yumen.kit.errors import Code, Fact, Problem
from yumen.kit.i18n import Language, text

REFUSED: Final = Code("settings.refused", 500)


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong setting. `code` is `settings.fault.<kind>`; `place` is `yumen.toml:12` or the variable's name."""

    kind: str
    key: str
    place: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return f"settings.fault.{self.kind}"

    def sentence(self, language: Language) -> str:
        """For example `yumen.toml:12: server.workers: expected int 1..256`."""
        return f"{self.place}: {self.key}: {text(self.code, language, **self.facts)}"


class SettingsRefused(Problem):
    """The settings cannot be used. `faults` holds all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(REFUSED, None, {"faults": len(faults)})
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "; ".join(fault.sentence("en") for fault in self.faults)
