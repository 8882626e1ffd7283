"""A page of Markdown becomes a page of the site: contents at the side, the other language one click away."""

import posixpath
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from scripts.docs.markdown import to_html
from scripts.docs.pages import ROOT, SECTIONS, Page

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGES = ("en", "zh")
# where each language's tree begins on the site
TREES = {"en": "", "zh": "zh/"}


PICTURES = ROOT / "docs" / "pictures"
"""Copied into the tree of each language."""


class Site:
    """All pages and how they lead to each other. `broken` fills while files are made."""

    def __init__(self, pages: list[Page]) -> None:
        self.pages = pages
        self.broken: list[str] = []
        self._places = {page.place for page in pages}
        self._sources = {page.source.resolve(): page.place for page in pages if page.source}
        loader = Environment(loader=FileSystemLoader(HERE), autoescape=select_autoescape())
        self._layout = loader.get_template("layout.html")

    def files(self) -> Iterator[tuple[str, str]]:
        """Place and content of each file."""
        for language in LANGUAGES:
            for page in self.pages:
                yield f"{TREES[language]}{page.place}.html", self._html(page, language)

    def _html(self, page: Page, language: str) -> str:
        here = f"{TREES[language]}{page.place}"
        article, headings = to_html(page.text(language), lambda target: self._link(page, target))
        return self._layout.render(
            language=language,
            tag="zh-CN" if language == "zh" else "en",
            title=page.title(language),
            article=Markup(article),  # noqa: S704 - our own Markdown, rendered without raw HTML
            headings=headings,
            translated=language == "en" or page.chinese is not None,
            contents=list(self._contents(language, here)),
            place=page.place,
            base=_way(here, ""),
            others={other: _way(here, f"{TREES[other]}{page.place}.html") for other in LANGUAGES},
            home=_way(here, f"{TREES[language]}index.html"),
        )

    def _contents(self, language: str, here: str) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
        for section, names in SECTIONS.items():
            places = {f"{TREES[language]}{page.place}": page for page in self.pages if page.section == section}
            links = [
                (page.title(language), _way(here, f"{place}.html"), here == place) for place, page in places.items()
            ]
            if links:
                yield names[LANGUAGES.index(language)], links

    def _link(self, page: Page, target: str) -> str:
        """Where a link of a Markdown file leads on the site; what is no page of it is told by name only."""
        path, _, fragment = target.partition("#")
        if "://" in target or target.startswith("mailto:") or not path:
            return target
        if path.endswith(".zh.md"):  # on the site the other language of a page is the same place in another tree
            path = f"{path.removesuffix('.zh.md')}.md"
        origin = page.source.parent if page.source else ROOT / "docs" / page.section
        if (origin / path).resolve().parent == PICTURES:
            return _way(page.place, f"{PICTURES.name}/{Path(path).name}")
        leads_to = self._sources.get((origin / path).resolve()) or self._generated(origin, path)
        if leads_to is None:
            if not (origin / path).exists():
                self.broken.append(f"{page.place}: {target}")
            return ""
        return _way(page.place, f"{leads_to}.html") + (f"#{fragment}" if fragment else "")

    def _generated(self, origin: Path, path: str) -> str | None:
        """A link to a page that is made from code, written as if it were a file (`settings.md`)."""
        try:
            place = (origin / path).resolve().relative_to(ROOT / "docs").with_suffix("").as_posix()
        except ValueError:
            return None
        return place if place in self._places else None


def _way(here: str, there: str) -> str:
    """The relative way from one page to another place, so that the site also reads from a folder."""
    return posixpath.relpath(there or ".", posixpath.dirname(here) or ".")
