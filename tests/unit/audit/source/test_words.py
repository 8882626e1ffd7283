"""Subjects of a text."""

from yumen.audit.source.words import _LATIN, subjects


def test_chinese_and_english_words_are_found_with_a_place():
    source = "<view>注销账号</view><view>沪ICP备1号</view>".encode()
    assert subjects(source) == {"account_deletion": 6, "icp_number": source.find(b"ICP")}
    assert set(subjects(b"function DeleteAccount() {}")) == {"account_deletion"}


def test_a_text_about_nothing_speaks_of_nothing():
    assert subjects(b"const children = []") == {}


def test_every_english_word_is_found_whatever_it_shares_with_others():
    for subject, words in _LATIN.items():
        for word in words.split():
            assert subjects(f"x {word.upper()} y".encode())[subject] == 2, word


def test_the_first_word_of_a_subject_tells_its_place():
    assert subjects(b"complain feedback") == {"complaint": 9}
    assert subjects(b"logoff accountcancel") == {"account_deletion": 7}
