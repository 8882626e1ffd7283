"""Word documents are read without trusting them."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.audit.evidence.word import XML_BYTES_MAX, read_word


def package(xml: bytes, name: str = "word/document.xml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, xml)
    return made.getvalue()


def test_paragraphs_become_lines():
    xml = (
        '<w:p><w:r><w:t xml:space="preserve">a </w:t></w:r><w:r><w:tab/><w:t>b</w:t></w:r></w:p><w:p><w:t>c</w:t></w:p>'
    )
    assert read_word(package(xml.encode())).split("\n")[:2] == ["a  b", "c"]


def test_a_bomb_is_not_unpacked():
    assert read_word(package(b"\0" * (XML_BYTES_MAX + 1))) is None


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", package(b"x", "other.xml")])
def test_what_is_no_document_is_none(data):
    assert read_word(data) is None


def test_an_entity_is_not_expanded():
    xml = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><w:p><w:t>&a;&a;</w:t></w:p>'
    assert read_word(package(xml)).strip() == "&a;&a;"


@given(st.binary(max_size=300), st.integers(0, 200))
def test_torn_packages_break_nothing(noise, at):
    whole = package(b"<w:p><w:t>text</w:t></w:p>")
    read_word(whole[:at] + noise + whole[at:])
