"""The manual page of a rule in either language: English from its docstring, Chinese from `locales/zh/rules/`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec

from yumen.audit.rule import Page, Rule
from yumen.kit.i18n import Language


def page(rule: Rule, language: Language) -> Page:
    """Its page. A Chinese page that is not written is a defect that a tidy test finds: the English one answers."""
    if language == "zh":
        return chinese(rule.theme).get(rule.id) or rule.page
    return rule.page


@cache
def chinese(theme: str) -> dict[str, Page]:
    """The Chinese pages of one file of rules; none when the file is not there."""
    file = resources.files("yumen") / "locales" / "zh" / "rules" / f"{theme}.toml"
    if not file.is_file():
        return {}
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), dict[str, Page])
