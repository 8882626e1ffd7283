"""Every failure becomes one problem; the unexpected says nothing of itself."""

from __future__ import annotations

import pytest
from litestar.exceptions import NotFoundException, SerializationException, ValidationException

from yumen.kit.errors import Code, NotSent, Rejected, Unsettled
from yumen.kit.web.problems import body_of, of_exception

COLD = Code("test.cold", 409)


@pytest.mark.parametrize(
    ("exception", "code"),
    [
        (COLD(), "test.cold"),
        (NotSent("net.refused"), "upstream.unavailable"),
        (Unsettled("net.timeout"), "upstream.unavailable"),
        (Rejected("wechat.denied"), "upstream.unavailable"),
        (SerializationException(), "request.malformed"),
        (RecursionError(), "request.malformed"),
        (NotFoundException(), "request.not_found"),
        (ValueError("a secret"), "internal"),
    ],
)
def test_an_exception_has_its_problem(exception: Exception, code: str) -> None:
    assert of_exception(exception).code.name == code


@pytest.mark.parametrize(
    ("message", "key", "source", "at"),
    [
        ("Expected `str`, got `int`", "lines[0].code", "body", "/lines/0/code"),
        ("Object contains unknown field `more`", "data", "body", "/more"),
        ("Expected `int`, got `str`", "limit", "query", "#/query/limit"),
        ("Object contains unknown field `<script>`", "data", "body", ""),
        ("odd", "", "", ""),
    ],
)
def test_a_wrong_field_is_named_by_pointer_and_never_quoted(message: str, key: str, source: str, at: str) -> None:
    exception = ValidationException(extra=[{"message": message, "key": key, "source": source}])
    assert of_exception(exception).at == at


@pytest.mark.parametrize(("source", "at"), [("query", "#/query/state"), ("header", "#/headers/state"), ("body", "/x")])
def test_a_parameter_is_named_as_callers_know_it(source: str, at: str) -> None:
    exception = ValidationException(extra=[{"message": "odd", "key": "x", "source": source}])
    assert of_exception(exception, {"x": "state"}).at == at


def test_a_body_speaks_the_language_asked_for() -> None:
    problem = of_exception(ValueError())
    english, chinese = (body_of(problem, language, "req_x").title for language in ("en", "zh"))
    assert english.startswith("Something failed")
    assert chinese.startswith("我方")
