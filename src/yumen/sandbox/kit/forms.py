"""Forms of a control page: read what was posted and fit it to the body of an admin call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from yumen.sandbox.kit.json_api import BODY_INVALID, Ask
from yumen.sandbox.kit.parse import Malformed, read_query

Form = dict[str, str]
Act = Callable[[Ask], Any | Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class FormAct:
    """What a form does: the call, the shape of its body, and how its fields become that body."""

    act: Act
    shape: Any
    fit: Callable[[Form], Mapping[str, object]] = dict
    path: tuple[str, ...] = ()
    """Which fields of the form belong into the call's path."""

    def parts(self, form: Form) -> Form:
        """Take them out of the form."""
        return {name: form.pop(name, "") for name in self.path}


def read_form(body: bytes) -> Form:
    """Names and values of a posted form."""
    try:
        return read_query(body.decode()) if body else {}
    except (UnicodeDecodeError, Malformed):
        raise BODY_INVALID(at="/", reason="form") from None


def fitted(form_act: FormAct, form: Form) -> Any:
    """The typed body; texts become numbers and truths where the shape wants them."""
    if form_act.shape is None:
        return None
    try:
        return msgspec.convert(form_act.fit(form), form_act.shape, strict=False)
    except msgspec.ValidationError as fault:
        reason, _, place = str(fault).partition(" - at ")
        raise BODY_INVALID(at=place.strip("`$").replace(".", "/") or "/", reason=reason[:200]) from None


def without_empty(form: Form) -> Form:
    """The fields that were filled in."""
    return {name: value for name, value in form.items() if value}
