"""What the storefront says in one language as it says it in the other, off its own tables: a test speaks English."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

MINIPROGRAM = Path(__file__).resolve().parents[3] / "miniprogram"
TABLES = (
    *sorted((MINIPROGRAM / "storefront/shop").glob("words*.ts")),
    MINIPROGRAM / "sdk/src/labels.ts",
    MINIPROGRAM / "sdk/src/texts.ts",
)
TEXT = r"'((?:[^'\\]|\\.)*)'"
PAIR = re.compile(rf"\[{TEXT}, {TEXT}\]")
SAID = re.compile(rf"say\({TEXT}, {TEXT}\)")
FACT = re.compile(r"\{(\w+)\}")
OTHERS = {
    "Pine of the house": "小绒松",
    "Cedar candle": "雪松烛",
    "candle": "烛",
    "Pine of the house one": "小绒松 单枝",
    "Velvet Pine Holding": "Velvet Pine Holding",
}
"""What the made-up shop calls its goods (yumen/customer/catalog/seed.toml)."""


@cache
def pairs() -> dict[str, list[str]]:
    """English to every Chinese that stands for it somewhere."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in TABLES:
        for english, chinese in PAIR.findall(file.read_text("utf-8")):
            found[_plain(english)].append(_plain(chinese))
    for file in sorted((MINIPROGRAM / "runner/phone/wx").glob("*.js")):
        for english, chinese in SAID.findall(file.read_text("utf-8")):
            found[_plain(english)].append(_plain(chinese))
    for english, chinese in OTHERS.items():
        found[english].append(chinese)
    return dict(found)


def in_chinese(text: str) -> list[str]:
    """Every Chinese that may stand for an English text of the shop, facts kept; the text itself if none does."""
    if text in pairs():
        return list(dict.fromkeys(pairs()[text]))
    for english, chinese in pairs().items():
        if FACT.search(english) and (facts := _shape(english).fullmatch(text)):
            return [FACT.sub(lambda fact: facts[fact[1]], one) for one in chinese]
    return [text]


def pattern(text: str, language: str, *, whole: bool) -> re.Pattern[str]:
    """What finds an English text on a page in that language: as the whole of a text, or as a part of one."""
    if language == "en":
        found = [re.escape(text)]
    elif whole or text in pairs():
        found = [re.escape(one) for one in in_chinese(text)]
    else:
        parts = [one for english, chinese in pairs().items() if text in english for one in chinese]
        found = [".*".join(map(re.escape, FACT.split(one)[::2])) for one in parts] or [re.escape(text)]
    either = "|".join(sorted(found, key=len, reverse=True))
    return re.compile(f"^(?:{either})$" if whole else f"(?:{either})")


@cache
def _shape(english: str) -> re.Pattern[str]:
    parts = FACT.split(english)
    return re.compile("".join(f"(?P<{part}>.+)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))


def _plain(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\'", "'")
