"""Small pieces of HTML, escaped, said in one or two languages, and the pictures drawn as SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from typing import Final

from yumen.audit.report.words import say
from yumen.audit.rule import Effect
from yumen.kit.errors import Fact
from yumen.kit.i18n import Language

TAGS: Final[dict[Language, str]] = {"en": "en", "zh": "zh-CN"}
MARK_WIDTH: Final = 14.0
SLIP_WIDTH: Final = 3.2


class Voice:
    """Says everything in the languages of the report, each in an element of its own."""

    def __init__(self, languages: tuple[Language, ...]) -> None:
        self.languages = languages

    def __call__(self, said: Callable[[Language], str]) -> str:
        """Plain text by language, escaped."""
        return self.raw(lambda language: escape(said(language)))

    def raw(self, said: Callable[[Language], str]) -> str:
        """The same for text that is HTML already."""
        return "".join(
            f'<span class="{language}" lang="{TAGS[language]}">{said(language)}</span>' for language in self.languages
        )

    def prose(self, said: Callable[[Language], str]) -> str:
        """Text with `code` in it."""
        return self.raw(lambda language: re.sub(r"`([^`]{1,200})`", r"<code>\1</code>", escape(said(language))))

    def word(self, code: str, **facts: Fact) -> str:
        """The sentence `audit.<code>`."""
        return self(lambda language: say(code, language, **facts))


def icon(name: str, classes: str = "") -> str:
    return f'<svg class="i {classes}" viewBox="0 0 24 24" aria-hidden="true"><use href="#{name}"/></svg>'


def effect_icon(effect: str) -> str:
    """The mark of an effect, or of what was not checked (`none`)."""
    return icon(f"sev-{effect}", f"s-{effect}")


def slips(found: Iterable[Effect], passed: int, unchecked: int) -> str:
    """One mark a check: those that found something by their effect, then those that passed, then the unchecked."""
    x, marks = 0.0, []
    for effect in found:
        marks.append(
            f'<svg class="i s-{effect}" x="{x:g}" y="3" width="12" height="12" viewBox="0 0 24 24">'
            f'<use href="#sev-{effect}"/></svg>'
        )
        x += MARK_WIDTH
    paths = []
    for count, kind in ((passed, "slip"), (unchecked, "slip no")):
        if count:
            x += 4
            strokes = "".join(f"M{x + number * SLIP_WIDTH:.1f} 4v10" for number in range(count))
            paths.append(f'<path class="{kind}" d="{strokes}"/>')
            x += count * SLIP_WIDTH
    width = max(x + 2, 4)
    return (
        f'<svg class="slips" width="{width:.0f}" height="18" viewBox="0 0 {width:.0f} 18" aria-hidden="true">'
        + "".join(marks)
        + "".join(paths)
        + "</svg>"
    )


def points_bar(earned: int, possible: int) -> str:
    """Earned of possible points as a bar with its frame; nothing where nothing could be earned."""
    if not possible:
        return ""
    width = 200 * earned / possible
    return (
        '<svg viewBox="0 0 200 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="g1" width="{width:.1f}" height="8"/>'
        '<rect class="g0" x=".5" y=".5" width="199" height="7"/></svg>'
    )


def code_lines(first: int, lines: Iterable[str], hit: int) -> str:
    """Lines of a file with their numbers; the one that was hit is marked."""
    told = (
        f"<span{' class=hit' if number == hit else ''}><i>{number}</i> {escape(line)}</span>"
        for number, line in enumerate(lines, first)
    )
    return f'<pre tabindex="0"><code>{"".join(told)}</code></pre>'
