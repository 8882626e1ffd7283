"""Say the judgement: a few lines for people, or one JSON object for programs."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Final

from yumen_verifier.judge import TAMPERED, UNJUDGED, WHOLE, Finding, Report
from yumen_verifier.texts import text

EXIT: Final = {WHOLE: 0, TAMPERED: 1, UNJUDGED: 3}
"""0 whole · 1 tampered · 3 cannot be judged (2 is wrong use, as argparse has it)."""


def as_text(report: Report, language: str, seconds: float) -> str:
    signed = "line.signed" if report.key is not None else "line.unsigned"
    lines = [text(f"verdict.{report.verdict}", language)]
    if report.root:
        lines += [
            text("line.log", language, origin=report.origin),
            text("line.tree", language, size=report.size, root=report.root.hex()),
            text(signed, language, key=report.key or 0, witnesses=report.witnesses),
        ]
    lines.append(text("line.time", language, seconds=f"{seconds:.2f}", memory=memory_mib()))
    lines += [f"  {finding.code}  {_sentence(finding, language)}" for finding in report.findings]
    return "\n".join(lines)


def as_json(report: Report, language: str, seconds: float) -> str:
    findings = [
        {"code": finding.code, "leaf": finding.leaf, **finding.facts, "text": _sentence(finding, language)}
        for finding in report.findings
    ]
    body = {
        "verdict": report.verdict,
        "origin": report.origin,
        "size": report.size,
        "root": report.root.hex(),
        "key": report.key,
        "witnesses": report.witnesses,
        "seconds": round(seconds, 3),
        "memory_mib": memory_mib(),
        "findings": findings,
    }
    return json.dumps(body, ensure_ascii=False, indent=2)


def memory_mib() -> int:
    """The largest resident size this process has had (Linux lets getrusage start from that of the parent)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) // 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


def _sentence(finding: Finding, language: str) -> str:
    return text(finding.code, language, leaf=-1 if finding.leaf is None else finding.leaf, **finding.facts)
