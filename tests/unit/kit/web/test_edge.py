"""A token is read from one header, in one shape."""

from __future__ import annotations

import pytest

from yumen.kit.errors import Problem
from yumen.kit.web.edge import allow, bearer


def test_a_bearer_token_is_read_whatever_the_case_of_the_scheme() -> None:
    assert bearer("bearer abc") == "abc"
    assert bearer("Bearer abc") == "abc"
    assert bearer(None) is None


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer " + "x" * 257, "Bearer ключ"])
def test_another_shape_is_refused(header: str) -> None:
    with pytest.raises(Problem) as refused:
        bearer(header)
    assert refused.value.code.name == "auth.invalid"


def test_a_route_declares_its_line_of_the_access_table() -> None:
    assert allow("phone", "bind") == {"allow": ("phone", "bind")}


def test_a_route_of_files_or_masses_takes_longer_bodies() -> None:
    assert allow("product", "write", "image/png")["bulk"] is True
    assert allow("inbound", "bring", bulk=True) == {"allow": ("inbound", "bring"), "bulk": True}
