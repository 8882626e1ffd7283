"""Run every promise against a connector and tell which are kept; without any test framework.

report = await conform(Trial(connector, values=lambda n: {"Given": f"Mei {n}"}))
print(report.as_text("en"))
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct

from yumen.gateway.connectors.kit.promises import ORDINARY, Promise
from yumen.gateway.connectors.kit.trial import Broken, Trial, Untried
from yumen.gateway.connectors.kit.troubles import TROUBLED
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.i18n import Language, text

ALL: Final[tuple[Promise, ...]] = (*ORDINARY, *TROUBLED)
"""Those of an ordinary day, then those of a bad one."""


class Verdict(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    UNTRIED = "untried"


class Finding(Struct, frozen=True):
    """`why` is empty unless broken: a word for the author, or the code of a failure that nobody awaited."""

    promise: str
    verdict: Verdict
    why: str = ""


class Report(Struct, frozen=True):
    findings: tuple[Finding, ...]

    @property
    def conforms(self) -> bool:
        """Is nothing broken?"""
        return all(one.verdict is not Verdict.BROKEN for one in self.findings)

    def as_text(self, language: Language) -> str:
        """One line a promise."""
        return "\n".join(_line(one, language) for one in self.findings)


async def conform(trial: Trial) -> Report:
    """Each promise with persons of its own; a promise that breaks does not stop the others."""
    return Report(tuple([await judge(promise, trial.again()) for promise in ALL]))


async def judge(promise: Promise, trial: Trial) -> Finding:
    """One promise."""
    try:
        await promise.check(trial)
    except Untried:
        return Finding(promise.name, Verdict.UNTRIED)
    except Broken as broken:
        return Finding(promise.name, Verdict.BROKEN, broken.why)
    except (NotSent, Rejected, Unsettled) as failure:
        return Finding(promise.name, Verdict.BROKEN, f"{type(failure).__name__} {failure}")
    finally:
        await trial.peace()
    return Finding(promise.name, Verdict.KEPT)


def _line(finding: Finding, language: Language) -> str:
    verdict = text(f"connector.verdict.{finding.verdict}", language)
    sentence = text(f"connector.promise.{finding.promise}", language)
    return f"{verdict}  {sentence}" + (f" ({finding.why})" if finding.why else "")
