"""The environment is made so that programs start fast."""

import importlib.util
from pathlib import Path

import pytest

from scripts.setup import environment
from scripts.setup.tell import ROOT


def test_our_sources_have_bytecode_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    kept = Path(importlib.util.cache_from_source(ROOT / "src/yumen/__init__.py"))
    kept.unlink(missing_ok=True)
    environment.compiled()
    assert kept.is_file()
