"""Subjects of a text."""

from yumen.audit.source.words import subjects


def test_chinese_and_english_words_are_found_with_a_place():
    source = "<view>注销账号</view><view>沪ICP备1号</view>".encode()
    assert subjects(source) == {"account_deletion": 6, "icp_number": source.find(b"ICP")}
    assert set(subjects(b"function DeleteAccount() {}")) == {"account_deletion"}


def test_a_text_about_nothing_speaks_of_nothing():
    assert subjects(b"const children = []") == {}
