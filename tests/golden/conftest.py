"""Golden texts: generated, committed, compared. `GOLDEN=write` renews them; the diff is what a reviewer reads."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with the committed file of that name."""

    def compare(name: str, generated: str) -> None:
        file = HERE / name
        if os.environ.get("GOLDEN") == "write":
            file.write_text(generated, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == generated, f"tests/golden/{name} differs; GOLDEN=write renews it"

    return compare
