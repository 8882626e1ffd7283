"""The script that reads a PDF within its limits."""

import pytest

from tests.unit.audit.evidence.test_pdf import written

errors = pytest.importorskip("pypdf.errors", reason="the extra yumen[pdf] is not installed")


def test_text_comes_page_by_page():
    from yumen.audit.evidence import pdf_child

    assert pdf_child.read(written("one page")).strip() == "one page"


def test_what_is_no_pdf_ends_it():
    from yumen.audit.evidence import pdf_child

    with pytest.raises(errors.PyPdfError):
        pdf_child.read(b"no pdf")
