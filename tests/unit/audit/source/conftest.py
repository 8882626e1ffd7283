"""A program made of a few files, read and linked."""

import pytest

from tests.unit.audit.source import bundles
from yumen.audit.source import SourceSettings, collect_source


@pytest.fixture
def program(tmp_path):
    """Give files by path; without app.json the program gets the smallest one."""

    def of(files):
        folder = bundles.unpack(bundles.Bundle([], files), tmp_path)
        (one,) = collect_source(folder, SourceSettings()).programs
        return one

    return of


@pytest.fixture
def page(program):
    """A program of one script."""
    return lambda source, **more: program({"pages/p/p.js": source, **more})
