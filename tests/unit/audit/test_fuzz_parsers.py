"""A few nearly right inputs for every parser, always the same; `make soak` feeds them for ten minutes each."""

from contextlib import suppress
from random import Random

import pytest

from tests.soak.fuzz.parsers import PARSERS, corpus, feed
from yumen.kit.errors import Problem

INPUTS = {"program": 3}


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_takes_whatever_comes(name, tmp_path):
    parser, random = PARSERS[name], Random(20261126)
    examples = corpus(parser.endings)[:20]
    assert examples
    fed = [feed(parser, random, examples, tmp_path) for _ in range(INPUTS.get(name, 25))]
    assert len(set(fed)) > len(fed) // 2


@pytest.mark.parametrize(
    "data",
    [b"[" * 3_000, b'{"a":' * 3_000, b'[{"a":' * 3_000, b"a = " + b"[" * 3_000, b"a = " + b"1" * 5_000, b"<a>" * 3_000],
    ids=["lists", "tables", "lists of tables", "settings", "a number", "tags"],
)
@pytest.mark.parametrize("name", PARSERS)
def test_what_does_not_end_is_refused_or_read_in_part(name, data, tmp_path):
    parser = PARSERS[name]
    answered = False
    with suppress(Problem):
        parser.feed(data, tmp_path)
        answered = True
    assert answered or name in {"toml", "baseline"}, (
        "only what is declared is refused; evidence is told among the unread"
    )
