"""What is indexed is found, in Chinese and in English."""

from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.catalog.words import ASKED_MAX, asked, indexed, query, vector

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12)
ANYTHING = st.text(max_size=200)


def test_chinese_is_cut_into_characters_and_neighbours():
    assert indexed(["听雨香水"]) == {"听", "雨", "香", "水", "听雨", "雨香", "香水"}
    assert asked("香水") == ("香水",)
    assert asked("听雨香") == ("听雨", "雨香")
    assert asked("雨") == ("雨",)


def test_english_is_found_whatever_its_case_and_number():
    assert asked("Candles") == asked("candle") == ("candle",)
    assert asked("GLASS") == ("glass",)
    assert set(asked("Ｖｅｌｖｅｔ pine")) == {"velvet", "pine"}


def test_mixed_text_is_cut_where_the_script_changes():
    assert asked("VP香水50ml") == ("vp", "香水", "50ml")


def test_marks_are_no_words():
    assert asked("—— !'&|()  ") == ()


@given(ANYTHING)
def test_words_need_no_quoting_beyond_quotes(text):
    for word in indexed([text]) | set(asked(text)):
        assert word.isalnum() or not any(mark in word for mark in "'\\ &|!():*<>")
        assert "'" not in word
        assert "\\" not in word


@given(HAN, HAN, HAN)
def test_any_piece_of_a_chinese_name_finds_it(before, wanted, after):
    assert set(asked(wanted)) <= indexed([before + wanted + after])


@given(ANYTHING)
def test_a_text_finds_itself(text):
    assert set(asked(text)) <= indexed([text])


@given(ANYTHING)
def test_a_search_is_bounded(text):
    assert len(asked(text * 20)) <= ASKED_MAX


def test_literals_are_what_postgresql_reads():
    assert vector({"b", "a"}) == "'a' 'b'"
    assert query(("听雨", "香水")) == "'听雨' & '香水'"
