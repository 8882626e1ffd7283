"""The declaration is found, and refused with its reason."""

import pytest

from yumen.audit.reading import base_of, read_declaration
from yumen.kit.errors import Problem


def test_a_folder_without_a_file_has_an_empty_declaration(tmp_path):
    declaration, origin = read_declaration(tmp_path)
    assert origin is None
    assert declaration.service is None


def test_the_table_of_the_settings_is_read(folder):
    path = folder({"yumen.toml": 'environment = "demo"\n[audit.service]\nname = "Orvane"\n'})
    declaration, origin = read_declaration(path)
    assert (declaration.service.name, origin) == ("Orvane", "yumen.toml")


def test_a_named_file_sets_the_folder(folder):
    path = folder({"papers/brand.toml": '[service]\nname = "Orvane"\n'}) / "papers/brand.toml"
    assert read_declaration(path)[0].service.name == "Orvane"
    assert base_of(path).name == "papers"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[service]\nname = 3\n", r"Expected `str`"),
        ("[servise]\n", "unknown field `servise`"),
        ("[service\n", "line 1"),
        ('[[flow]]\nname = "a"\nrecipient = "b"\ncountry = "France"\n', "country"),
        (b"\xff\xfe\x00", "utf-8"),
    ],
)
def test_a_slip_of_the_pen_is_refused(folder, text, why):
    with pytest.raises(Problem, match=why):
        read_declaration(folder({"yumen-audit.toml": text}))


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Problem, match=r"audit.no_such_path"):
        read_declaration(tmp_path / "none")
