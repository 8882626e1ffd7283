"""Both languages say the same things."""

import re
from pathlib import Path

import yumen_verifier
from yumen_verifier.texts import catalogue

PLACEHOLDER = re.compile(r"{(\w+)}")
CODE = re.compile(r'"((?:leaf|leaves|log|tile|bundle|checkpoint|keys|witness|history|verdict|line|use)\.[a-z_]+)"')


def test_every_code_has_the_same_facts_in_both_languages() -> None:
    english, chinese = catalogue("en"), catalogue("zh")
    assert english.keys() == chinese.keys()
    for code, sentence in english.items():
        assert sorted(PLACEHOLDER.findall(sentence)) == sorted(PLACEHOLDER.findall(chinese[code])), code


def test_every_code_in_the_source_has_a_text() -> None:
    package = Path(yumen_verifier.__file__).parent
    used = {code for file in package.glob("*.py") for code in CODE.findall(file.read_text())}
    assert used <= catalogue("en").keys()
    assert catalogue("en").keys() - used == {"verdict.whole", "verdict.tampered", "verdict.unjudged"}
