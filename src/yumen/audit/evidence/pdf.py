"""The text of a PDF, where the extra `yumen[pdf]` is installed; read by a process of its own, within limits."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path
from typing import Final

SECONDS_MAX: Final = 90.0
CHARS_MIN: Final = 40
"""Less text than this is a scan, or a page of pictures."""
PYTHON: Final = (sys.executable, "-I")
RADICALS: Final = str.maketrans(
    "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰", "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙"
)
"""Fonts say these radicals where the letter was meant; Unicode folds the other half of them itself."""


def read_pdf(data: bytes, python: tuple[str, ...] = PYTHON) -> tuple[str | None, str]:
    """Its text, or None and why: `pdf` (the extra is not installed), `pdf_broken`, `pdf_scan` (it holds no text)."""
    import subprocess  # noqa: PLC0415 few runs meet a PDF, and it takes as long to load as ten rules

    child = str(Path(__file__).with_name("pdf_child.py"))
    try:
        done = subprocess.run(  # noqa: S603 - our own list, no shell
            (*python, child), input=data, capture_output=True, timeout=SECONDS_MAX, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return None, "pdf_broken"
    if b"ModuleNotFoundError" in done.stderr:
        return None, "pdf"
    if done.returncode:
        return None, "pdf_broken"
    text = unicodedata.normalize("NFKC", done.stdout.decode("utf-8", "replace")).translate(RADICALS)
    return (text, "") if len("".join(text.split())) >= CHARS_MIN else (None, "pdf_scan")
