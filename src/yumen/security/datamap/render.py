"""Print the data map: a table for a reader, JSON for a machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from yumen.kit.i18n import LANGUAGES, Language, text
from yumen.law.numbers import number
from yumen.security.datamap.field import Field
from yumen.security.datamap.holding import Holding

HEADS: Final = ("field", "kind", "sensitivity", "purpose", "basis", "columns")


def render_table(holdings: Sequence[Holding], language: Language, on: date) -> str:
    """One Markdown section for each holding: what, why, on which ground, where; then how long and how it leaves."""
    return "\n".join(_section(holding, language, on) for holding in holdings)


def as_json(holdings: Sequence[Holding], on: date) -> list[dict[str, object]]:
    """The same as plain JSON values, in codes, for the gateway, the auditor and other tools."""
    return [_plain(holding, on) for holding in holdings]


def _section(holding: Holding, language: Language, on: date) -> str:
    law = number(holding.keep.law, on)
    after = text(f"datamap.after.{holding.keep.after}", language)
    facts = [
        text("datamap.about", language, people=text(f"datamap.people.{holding.people}", language)),
        text(
            "datamap.keep", language, days=holding.keep.days, after=after, law=law.name, article=law.article(language)
        ),
        text("datamap.retention", language, retention=text(f"datamap.retention.{holding.retention}", language)),
        text("datamap.hand_over.yes" if holding.hand_over else "datamap.hand_over.no", language),
        text("datamap.erase.yes" if holding.erase else "datamap.erase.no", language),
    ]
    lines = [
        f"## {text(f'holding.{holding.name}', language)} (`{holding.name}`, `{holding.module}`)",
        "",
        "| " + " | ".join(text(f"datamap.head.{head}", language) for head in HEADS) + " |",
        "|" + " --- |" * len(HEADS),
        *(_row(field, language) for field in holding.fields),
        "",
        *(f"- {fact}" for fact in facts),
    ]
    return "\n".join(lines) + "\n"


def _row(field: Field, language: Language) -> str:
    cells = (
        f"{text(f'holding.{field.address}', language)} (`{field.name}`)",
        text(f"datamap.kind.{field.kind}", language),
        text(f"datamap.sensitivity.{field.sensitivity}", language),
        text(f"datamap.purpose.{field.purpose}", language),
        text(f"datamap.basis.{field.basis}", language),
        ", ".join(f"`{column}`" for column in field.columns),
    )
    return "| " + " | ".join(cells) + " |"


def _plain(holding: Holding, on: date) -> dict[str, object]:
    law = number(holding.keep.law, on)
    return {
        "holding": holding.name,
        "module": holding.module,
        "people": holding.people.value,
        "retention": holding.retention.value,
        "keep": {
            "days": holding.keep.days,
            "after": holding.keep.after.value,
            "law": law.name,
            "article": {language: law.article(language) for language in LANGUAGES},
            "tag": law.tag.value,
        },
        "hand_over": holding.hand_over is not None,
        "erase": holding.erase is not None,
        "fields": [
            {
                "field": field.name,
                "kind": field.kind.value,
                "sensitivity": field.sensitivity.value,
                "purpose": field.purpose.value,
                "basis": field.basis.value,
                "columns": list(field.columns),
                "indexed": field.indexed,
            }
            for field in holding.fields
        ],
    }
