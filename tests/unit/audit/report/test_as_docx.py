"""The Word document opens, says everything, and is the same each time."""

import io
import zipfile
from xml.etree import ElementTree

from yumen.audit.evidence.word import read_word
from yumen.audit.report import as_docx


def test_each_part_is_well_formed(result):
    with zipfile.ZipFile(io.BytesIO(as_docx.render(result, ("en", "zh")))) as package:
        assert package.testzip() is None
        for name in package.namelist():
            ElementTree.fromstring(package.read(name))


def test_it_reads_back_what_was_found(result):
    text = read_word(as_docx.render(result, ("zh",)))
    assert "上线就绪审计 · Orvane <b>shop</b> 3.8.0" in text
    assert all(case.rule.id in text for case in result.cases)


def test_the_same_result_gives_the_same_bytes(result):
    assert as_docx.render(result, ("en",)) == as_docx.render(result, ("en",))
