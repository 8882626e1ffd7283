"""Tags and attributes, whatever stands between them."""

from hypothesis import given
from hypothesis import strategies as st

from yumen.audit.source.template import tags


def test_a_tag_has_its_attributes_words_and_place():
    source = "<view>名</view><input placeholder=\"手机号\" bindinput='go' disabled />".encode()
    _, tag = tags(source)
    assert (tag.name, tag.start) == ("input", source.find(b"<input"))
    assert [(one.name, one.text) for one in tag.attributes] == [
        ("placeholder", "手机号"),
        ("bindinput", "go"),
        ("disabled", ""),
    ]
    placeholder = tag.get("placeholder")
    assert source[placeholder.start : placeholder.end].decode() == "手机号"


def test_places_of_attributes_leave_out_the_quotes():
    source = b"<input a=\"1\" b = '' c=x d/>"
    (tag,) = tags(source)
    assert [(one.text, source[one.start : one.end]) for one in tag.attributes] == [
        ("1", b"1"),
        ("", b""),
        ("x", b"x"),
        ("", b"d"),
    ]


def test_comparisons_in_text_and_attributes_are_no_tags():
    found = tags(b"<view wx:if=\"{{ a > b }}\">{{ a < b ? 'x' : 'y' }}</view><text>1 > 0</text>")
    assert [tag.name for tag in found] == ["view", "text"]


def test_comments_and_inline_scripts_are_passed_over():
    found = tags(b"<!-- <button /> --><wxs module='m'>var a = '<view>'</wxs><text />")
    assert [tag.name for tag in found] == ["text"]


def test_fields_know_their_form():
    form, inside, outside = tags(b"<form><input name='a' /></form><input name='b' />")
    assert (form.form, inside.form, outside.form) == (-1, 0, -1)


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_reading(data):
    assert all(tag.end <= len(data) for tag in tags(data))
