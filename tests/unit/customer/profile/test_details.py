from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.profile.details import NICKNAME_MAX, Change, nickname_of
from yumen.kit.errors import Problem


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("小玉", "小玉"),
        ("  A   B ", "A B"),
        ("é", "é"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("a\tb", "a b"),
    ],
)
def test_a_nickname_is_trimmed_and_composed(told, kept):
    assert nickname_of(told) == kept


@pytest.mark.parametrize(
    "told",
    ["", "   ", "\u200d", "x" * (NICKNAME_MAX + 1), "a\u202eb", "a\x00b", "a\u200bb", "\ufeffa", "\ue000", "a\x1bb"],
)
def test_hidden_empty_and_over_long_nicknames_are_refused(told):
    with pytest.raises(Problem) as caught:
        nickname_of(told)
    assert (caught.value.code.name, caught.value.at) == ("profile.nickname_unfit", "/nickname")


@given(st.text(max_size=80))
def test_whatever_comes_is_refused_or_stays_as_it_was_kept(told):
    try:
        kept = nickname_of(told)
    except Problem:
        return
    assert nickname_of(kept) == kept
    assert 1 <= len(kept) <= NICKNAME_MAX


def test_a_change_names_only_what_was_given():
    assert Change().given() == {}
    assert Change(nickname=None, birthday=date(2000, 2, 29)).given() == {"nickname": None, "birthday": "2000-02-29"}
