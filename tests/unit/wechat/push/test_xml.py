"""The XML of a push: values, and nothing XML could do besides."""

import pytest

from yumen.wechat.push.xml import DEPTH_MAX, ELEMENTS_MAX, BadXml, parse

BILLION = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><A>&b;</A></xml>"""


def test_leaves_nests_and_repeats():
    read = parse("<xml><A><![CDATA[玉 <门>]]></A><B><C>1</C></B><D>x</D><D>y</D><D>z</D><E/></xml>".encode())
    assert read == {"A": "玉 <门>", "B": {"C": "1"}, "D": ["x", "y", "z"], "E": ""}


def test_predefined_entities_are_read():
    assert parse(b"<xml><A>1 &lt; 2 &amp; 3 &#65;</A></xml>") == {"A": "1 < 2 & 3 A"}


@pytest.mark.parametrize(
    "body",
    [
        BILLION,
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml>&a;</xml>',
        b'<?xml-stylesheet href="x"?><xml/>',
        b"<xml>&undefined;</xml>",
        b"<xml><A></xml>",
        b"<xml/><xml/>",
        b"",
        b"\x00",
        b'<?xml version="1.0" encoding="no-such"?><xml/>',
        b"<xml>\xff\xfe</xml>",
    ],
)
def test_declarations_and_broken_xml_are_refused(body):
    with pytest.raises(BadXml):
        parse(body)


def test_depth_is_bounded():
    parse(b"<a>" * DEPTH_MAX + b"</a>" * DEPTH_MAX)
    with pytest.raises(BadXml):
        parse(b"<a>" * (DEPTH_MAX + 1) + b"</a>" * (DEPTH_MAX + 1))


def test_the_number_of_elements_is_bounded():
    parse(b"<x>" + b"<a/>" * (ELEMENTS_MAX - 1) + b"</x>")
    with pytest.raises(BadXml):
        parse(b"<x>" + b"<a/>" * ELEMENTS_MAX + b"</x>")
