"""What a control page's form says becomes the typed body of an admin call, or a problem with its place."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from yumen.sandbox.kit.forms import FormAct, fitted, read_form, without_empty


class Body(msgspec.Struct, forbid_unknown_fields=True):
    count: int
    on: bool = False


def act(**more: Any) -> FormAct:
    return FormAct(lambda ask: None, Body, **more)


def test_texts_become_numbers_and_truths() -> None:
    assert fitted(act(), read_form(b"count=3&on=true")) == Body(3, on=True)


def test_a_wrong_value_names_its_place() -> None:
    with pytest.raises(Exception, match="count"):
        fitted(act(), {"count": "many"})


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Exception, match="form"):
        read_form(b"\xff=1")


def test_fields_of_the_path_are_taken_out() -> None:
    form = {"appid": "wx1", "count": "1"}
    assert act(path=("appid", "person")).parts(form) == {"appid": "wx1", "person": ""}
    assert form == {"count": "1"}


def test_empty_fields_are_left_out() -> None:
    assert without_empty({"a": "", "b": "1"}) == {"b": "1"}
    assert fitted(FormAct(lambda ask: None, None), {}) is None
