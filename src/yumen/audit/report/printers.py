"""Every format by its name, as bytes to write."""

from __future__ import annotations

from typing import Final

from yumen.audit.report import as_docx, as_html, as_json, as_junit, as_markdown, as_sarif, as_text
from yumen.audit.result import Result
from yumen.kit.i18n import Language

FORMATS: Final = ("text", "html", "json", "sarif", "junit", "markdown", "docx")


def render(name: str, result: Result, languages: tuple[Language, ...]) -> bytes:
    """The report in that format. An unknown name is our defect: KeyError."""
    if name == "docx":
        return as_docx.render(result, languages)
    made = {
        "text": lambda: as_text.render(result, languages),
        "html": lambda: as_html.render(result, languages),
        "json": lambda: as_json.render(result),
        "sarif": lambda: as_sarif.render(result),
        "junit": lambda: as_junit.render(result, languages[0]),
        "markdown": lambda: as_markdown.render(result, languages),
    }[name]()
    return made.encode("utf-8", "replace")
