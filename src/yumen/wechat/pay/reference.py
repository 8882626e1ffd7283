"""The page `docs/reference/wechat-pay.md`, made from the tables of `errors` and the texts."""

from __future__ import annotations

from typing import Final

from yumen.kit.i18n import text
from yumen.wechat.pay.errors import EXCEPTIONS, RULINGS, Ruling

HEADER: Final = "| code | acted on | next | English | 中文 |"


def page() -> str:
    """Markdown: one line for each code, then one for each exception, both languages."""
    lines = [f"# {text('wechat_pay.reference.title', 'en')}", ""]
    lines += [text("wechat_pay.reference.introduction", language) + "\n" for language in ("en", "zh")]
    lines += [HEADER, "|---|---|---|---|---|"]
    lines += [f"| {code} | {_told(ruling)} | {_meaning(code)} |" for code, ruling in sorted(RULINGS.items())]
    lines += ["", f"## {_both('wechat_pay.reference.exceptions')}", ""]
    lines += ["| call | code | acted on | next |", "|---|---|---|---|"]
    lines += [f"| {call} | {code} | {_told(ruling)} |" for (call, code), ruling in sorted(EXCEPTIONS.items())]
    return "\n".join(lines) + "\n"


def _told(ruling: Ruling) -> str:
    return f"{_both(f'wechat_pay.outcome.{ruling.outcome}')} | {_both(f'wechat_pay.next.{ruling.next}')}"


def _meaning(code: str) -> str:
    return " | ".join(text(f"wechat_pay.upstream.{code}", language) for language in ("en", "zh"))


def _both(code: str) -> str:
    return f"{text(code, 'en')} · {text(code, 'zh')}"
