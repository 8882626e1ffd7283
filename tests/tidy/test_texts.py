"""Everything a person reads exists in English and in Chinese, says the same, and promises nothing."""

import re
import string
import tomllib
from pathlib import Path

import pytest

from yumen.kit.errors import Code
from yumen.kit.i18n import LANGUAGES, catalogue
from yumen.security.datamap import Basis, Kind, Purpose, RetentionClass, Sensitivity
from yumen.security.trail import LeafKind

# DESIGN: we say what was found, checked, not checked; never that something is lawful or certain
PROMISES = re.compile(
    r"\bcompliant\b|\bguarantee[ds]?\b|100 ?%|\bseamless|\bAI-powered\b|\boops\b|合规无忧|确保|绝对|一键合规",
    re.IGNORECASE,
)
# these quote a forbidden word in order to forbid it
QUOTING = {"docs/reference/words.md", "tests/tidy/test_texts.py"}
# DESIGN: Chinese marks come from the Chinese font; a narrow comma after a Han character is a slip of the keyboard
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")
OF_TESTS = ("test.", "tests.", "unit.")
"""What tests declare for themselves, in the process that runs them."""
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_both_languages_have_the_same_files_and_codes(root):
    assert _files(root, "en") == _files(root, "zh")
    for name in _files(root, "en"):
        assert _codes(root, "en", name) == _codes(root, "zh", name), name


def test_no_code_is_written_twice(root):
    for language in LANGUAGES:
        codes = [code for name in _files(root, language) for code in _codes(root, language, name)]
        assert len(codes) == len(set(codes))


def test_both_languages_fill_the_same_facts():
    english, chinese = catalogue("en"), catalogue("zh")
    unequal = [code for code in english if _facts(english[code]) != _facts(chinese[code])]
    assert unequal == []


def test_chinese_texts_are_chinese():
    assert [code for code, text in catalogue("zh").items() if len(text.split()) > 2 and not HAN.search(text)] == []


def test_chinese_texts_have_chinese_marks():
    assert [f"{code}: {sentence}" for code, sentence in catalogue("zh").items() if HALF_WIDTH.search(sentence)] == []


def test_english_texts_are_english():
    assert [code for code, sentence in catalogue("en").items() if HAN.search(sentence)] == []


@pytest.mark.usefixtures("loaded")
def test_every_problem_has_its_text():
    assert Code.declared
    assert [code for code in Code.declared if code not in catalogue("en") and not code.startswith(OF_TESTS)] == []


@pytest.mark.usefixtures("loaded")
def test_every_kind_of_leaf_has_its_text():
    assert LeafKind.declared
    untold = [kind for kind in LeafKind.declared if f"leaf.{kind}" not in catalogue("en")]
    assert [kind for kind in untold if not kind.startswith(OF_TESTS)] == []


@pytest.mark.parametrize(
    ("chapter", "vocabulary"),
    [
        ("purpose", Purpose),
        ("basis", Basis),
        ("kind", Kind),
        ("sensitivity", Sensitivity),
        ("retention", RetentionClass),
    ],
)
def test_every_word_of_the_data_map_has_its_text(chapter, vocabulary):
    assert [word for word in vocabulary if f"datamap.{chapter}.{word}" not in catalogue("en")] == []


def test_nothing_promises_lawfulness(tracked, root):
    promises = []
    for path in tracked:
        place = path.relative_to(root).as_posix()
        if not _is_read_by_people(place) or place in QUOTING:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found := PROMISES.search(line):
                promises.append(f"{place}:{number} {found.group()}")
    assert promises == []


def _files(root: Path, language: str) -> set[str]:
    return {file.name for file in (root / "src/yumen/locales" / language).glob("*.toml")}


def _codes(root: Path, language: str, name: str) -> list[str]:
    text = (root / "src/yumen/locales" / language / name).read_text(encoding="utf-8")
    return list(tomllib.loads(text))


def _facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def _is_read_by_people(place: str) -> bool:
    if place.startswith(("src/yumen/locales/", "docs/")):
        return place.endswith((".toml", ".md"))
    return "/" not in place and place.endswith(".md")
