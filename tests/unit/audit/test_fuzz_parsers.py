"""A few nearly right inputs for every parser, always the same; `make soak` feeds them for ten minutes each."""

from random import Random

import pytest

from tests.soak.fuzz.parsers import PARSERS, corpus, feed

INPUTS = {"program": 3}


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_takes_whatever_comes(name, tmp_path):
    parser, random = PARSERS[name], Random(20261126)
    examples = corpus(parser.endings)[:20]
    assert examples
    fed = [feed(parser, random, examples, tmp_path) for _ in range(INPUTS.get(name, 25))]
    assert len(set(fed)) > len(fed) // 2
