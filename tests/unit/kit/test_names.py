"""What a name may be is never more than what the trail can tell."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.ids import HandlerId
from yumen.kit.names import EITHER, KEBAB, SNAKE
from yumen.kit.work import Actor, ActorKind
from yumen.security.trail import LeafKind, UnfitLeafError, encode

AT, ACTOR = datetime(2026, 11, 26, tzinfo=UTC), Actor(ActorKind.SYSTEM, "worker", HandlerId(1))
LeafKind("unit.named", "name")
PATTERNS = {"snake": SNAKE, "kebab": KEBAB, "either": EITHER}


def encode_of(text):
    return encode("unit.named", AT, ACTOR, None, {"name": text}).decode()


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_whatever_fits_can_be_told(name):
    @given(st.from_regex(PATTERNS[name], fullmatch=True).filter(lambda text: len(text) <= 48 and text.isascii()))
    def told(text):
        assert text in encode_of(text)

    told()


@pytest.mark.parametrize("text", ["s0-", "a--b", "1st", "A", "", "a1234b56789", "m6sx4nn8zxc5v_6yu6yqf1c005hi", "名"])
def test_what_cannot_be_told_fits_no_pattern(text):
    assert not any(re.search(pattern, text) for pattern in PATTERNS.values())
    with pytest.raises(UnfitLeafError):
        encode_of(text)


def test_each_joins_its_way():
    assert re.search(SNAKE, "mended_at_hq")
    assert not re.search(SNAKE, "mended-at-hq")
    assert re.search(KEBAB, "members-to-hq")
    assert not re.search(KEBAB, "members_to_hq")
    assert re.search(EITHER, "a-b_c")
