"""PDFs: read in a process of its own where the library is installed, told as unread where not."""

import sys
import zlib

import pytest

from yumen.audit.evidence.pdf import CHARS_MIN, read_pdf


def written(text: str) -> bytes:
    """A PDF of one page in a font that every reader knows."""
    stream = zlib.compress(f"BT /F1 12 Tf 20 700 Td ({text}) Tj ET".encode("latin-1"))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    made, offsets = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return made + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        len(made),
    )


def test_its_text_is_read():
    pytest.importorskip("pypdf", reason="the extra yumen[pdf] is not installed")
    said = "We keep your telephone number for three years, then it is deleted."
    text, why = read_pdf(written(said))
    assert (text or "").strip() == said
    assert why == ""


@pytest.mark.parametrize(
    ("data", "why"), [(b"%PDF-1.4 torn", "pdf_broken"), (written("x" * (CHARS_MIN - 1)), "pdf_scan")]
)
def test_what_holds_no_text_says_why(data, why):
    pytest.importorskip("pypdf", reason="the extra yumen[pdf] is not installed")
    assert read_pdf(data) == (None, why)


def test_without_the_library_it_is_unread():
    assert read_pdf(written("x"), (sys.executable, "-I", "-S")) == (None, "pdf")


def test_radicals_of_a_font_become_letters():
    child = "import sys; sys.stdout.buffer.write(('\u2f63\u2ec5\u2ea0' * 20).encode())"
    text, _ = read_pdf(b"", (sys.executable, "-c", child))
    assert text == "生见民" * 20
