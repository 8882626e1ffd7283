"""The page `docs/reference/wechat-errors.md`, made from the tables of `errors` and the texts."""

from __future__ import annotations

from typing import Final

from yumen.kit.i18n import text
from yumen.wechat.errors import CURES, SHOPPER_SEES, UNAVAILABLE, Cure, explain

INTRODUCTION: Final = "wechat.reference.introduction"


def page() -> str:
    """Markdown: one section for each cure, one line for each errcode, both languages."""
    lines = [f"# {text('wechat.reference.title', 'en')}", ""]
    lines += [text(INTRODUCTION, "en"), "", text(INTRODUCTION, "zh"), ""]
    for cure in Cure:
        errcodes = sorted(errcode for errcode, known in CURES.items() if known is cure)
        lines += [f"## {text(f'wechat.cure.{cure}', 'en')} · {text(f'wechat.cure.{cure}', 'zh')}", ""]
        lines += ["| errcode | shopper sees | English | 中文 |", "|---|---|---|---|"]
        lines += [_row(errcode) for errcode in errcodes]
        lines.append("")
    return "\n".join(lines)


def _row(errcode: int) -> str:
    code = SHOPPER_SEES.get(errcode, UNAVAILABLE)
    english, chinese = (explain(errcode, language, address="…", rid="…") for language in ("en", "zh"))
    return f"| {errcode} | `{code.name}` {code.status} | {english} | {chinese} |"
