"""The OpenAPI document of each edge, as committed: what changes in the API is seen in review."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from yumen.app.openapi import document
from yumen.app.serve import EDGES


@pytest.mark.parametrize("edge", EDGES)
def test_the_document_is_as_committed(golden: Callable[[str, str], None], edge: str) -> None:
    golden(f"openapi-{edge}.json", document(edge))
