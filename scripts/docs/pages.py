"""Which pages there are: what people wrote in `docs/`, the papers, golden texts, and what the code says itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.docs import modules, openapi, reference

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GOLDEN = ROOT / "tests" / "golden"

# section of the site → its name in both languages, in the order of the contents
SECTIONS = {
    "": ("Yumen", "玉门"),
    "tutorial": ("Start", "入门"),
    "how-to": ("Do", "操作"),
    "reference": ("Look up", "查阅"),
    "golden": ("Golden texts", "可供法务审阅的文本"),
    "explain": ("Understand", "理解"),
    "decisions": ("Decisions", "决策"),
    "reports": ("Measured", "实测"),
    "code": ("The code", "代码"),
    "papers": ("The project", "项目"),
}
# what a golden text is called, where it is a bare table
GOLDEN_TITLES = {
    "access-matrix": ("Access matrix", "权限矩阵"),
    "data-map": ("Data map", "数据地图"),
    "data-map-codes": ("Data map, in codes", "数据地图（代码）"),
    "law-numbers": ("Numbers of the law", "法律中的数字"),
    "law-regions": ("Mainland regions", "境内地域"),
    "notices": ("Notices", "告知文本"),
}
PAPERS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")


@dataclass(frozen=True)
class Page:
    """One page. `place` is its path on the site without suffix; `chinese` is None where there is no Chinese text."""

    place: str
    english: str
    chinese: str | None = None
    source: Path | None = None

    @property
    def section(self) -> str:
        return self.place.rpartition("/")[0].split("/")[0]

    def text(self, language: str) -> str:
        return self.chinese if language == "zh" and self.chinese is not None else self.english

    def title(self, language: str) -> str:
        """The first heading."""
        found = re.search(r"^# (.+)$", self.text(language), re.MULTILINE)
        return found.group(1).replace("`", "") if found else self.place.rpartition("/")[2].replace("-", " ")


def collect() -> list[Page]:
    """Every page, in the order of the contents."""
    made = [*reference.pages(), *openapi.pages(GOLDEN), *modules.pages(ROOT / "src" / "yumen")]
    return sorted([*_written(), *_papers(), *_golden(), *(Page(*texts) for texts in made)], key=_order)


def _order(page: Page) -> tuple[int, bool, str]:
    sections = list(SECTIONS)
    known = sections.index(page.section) if page.section in sections else len(sections)
    return known, not page.place.endswith("index"), page.place


def _written() -> Iterator[Page]:
    for file in sorted(DOCS.rglob("*.md")):
        if not file.name.endswith(".zh.md"):
            chinese = file.with_suffix(".zh.md")
            place = file.relative_to(DOCS).with_suffix("").as_posix()
            yield Page(place, file.read_text("utf-8"), chinese.read_text("utf-8") if chinese.exists() else None, file)


def _papers() -> Iterator[Page]:
    for name in PAPERS:
        file = ROOT / name
        chinese = file.with_suffix(".zh.md")
        there = chinese.read_text("utf-8") if chinese.exists() else None
        yield Page(f"papers/{file.stem.lower()}", file.read_text("utf-8"), there, file)


def _golden() -> Iterator[Page]:
    """`NAME.en.md` with `NAME.zh.md`; other golden texts are shown as they are, but OpenAPI has pages of its own."""
    for file in sorted(file for file in GOLDEN.glob("*") if not file.name.startswith("openapi-")):
        name = file.name.split(".")[0]
        english, chinese = GOLDEN_TITLES.get(name, (name, name))
        if file.name.endswith(".en.md"):
            counterpart = (GOLDEN / f"{name}.zh.md").read_text("utf-8")
            yield Page(f"golden/{name}", _titled(english, file.read_text("utf-8")), _titled(chinese, counterpart), file)
        elif file.suffix in {".txt", ".json", ".csv"}:
            shown = f"```\n{file.read_text('utf-8').strip()}\n```\n"
            yield Page(f"golden/{name}", _titled(english, shown), _titled(chinese, shown), file)


def _titled(title: str, text: str) -> str:
    return text if text.startswith("# ") else f"# {title}\n\n{text}"
