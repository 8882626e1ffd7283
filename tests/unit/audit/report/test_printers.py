"""Every format makes something, and the same thing twice."""

import pytest

from yumen.audit.report import printers


@pytest.mark.parametrize("name", printers.FORMATS)
def test_each_format_is_made_twice_alike(result, name):
    made = printers.render(name, result, ("en", "zh"))
    assert len(made) > 1000
    assert made == printers.render(name, result, ("en", "zh"))


@pytest.mark.parametrize("name", printers.FORMATS)
def test_no_format_shows_a_persons_value(result, name):
    assert b"13800138000" not in printers.render(name, result, ("en", "zh"))
    assert b"zhang@orvane" not in printers.render(name, result, ("en", "zh"))
