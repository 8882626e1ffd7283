"""A secret shows nothing."""

from __future__ import annotations

import json
import logging
import pickle
from pathlib import Path

import msgspec
import pytest

from yumen.kit.settings import App, Secret

HUSH = "made-up-secret-value"


def test_printing_formatting_and_logging_a_secret_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(HUSH)
    app = App(brand="velvet", appid="wx0123456789abcdef", secret=secret)
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s %r %s", secret, secret, app)
    assert HUSH not in f"{secret} {secret!r} {app!r} {caplog.text}"
    assert secret.reveal() == HUSH


def test_a_secret_is_neither_json_nor_pickle() -> None:
    with pytest.raises(TypeError):
        json.dumps(Secret(HUSH))
    with pytest.raises(TypeError):
        msgspec.json.encode(Secret(HUSH))
    with pytest.raises(TypeError):
        pickle.dumps(Secret(HUSH))


def test_secrets_are_equal_by_their_text_and_empty_ones_are_false() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert not Secret("")


def test_a_file_too_long_for_a_secret_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"a" * 70_000)
    with pytest.raises(ValueError, match="too long"):
        Secret.read("file:long", tmp_path, {})
