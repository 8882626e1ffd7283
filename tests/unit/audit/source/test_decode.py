"""Bytes of any editor become UTF-8 with the same lines."""

import pytest

from yumen.audit.source.decode import to_utf8

TEXT = "const 名 = '手机号'\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_every_usual_encoding_is_read(data, encoding):
    assert to_utf8(data) == (TEXT.encode(), encoding)


def test_utf_16_without_a_mark_is_told_by_its_zeros():
    assert to_utf8("const a = 1".encode("utf-16-le")) == (b"const a = 1", "utf-16-le")


def test_what_is_no_text_becomes_replacement_characters():
    text, encoding = to_utf8(b"\xff\xff\xff\xff\x81")
    assert encoding == "unknown"
    assert "\ufffd" in text.decode()


def test_nothing_stays_nothing():
    assert to_utf8(b"") == (b"", "utf-8")
