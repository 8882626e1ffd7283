"""What is too large is refused before it is read."""

from __future__ import annotations

from typing import Any

import pytest

from yumen.kit.errors import Problem
from yumen.kit.web.limits import BodyLimit, Limits, check_head


def scope(path: str = "/", query: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None) -> dict[str, Any]:
    return {"path": path, "raw_path": path.encode(), "query_string": query, "headers": headers or []}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (scope(query=b"x" * 5000), "request.target_too_long"),
        (scope(path="/a\nb"), "request.target_invalid"),
        (scope(path="/a\x7f"), "request.target_invalid"),
        (scope(headers=[(b"a", b"x" * 20_000)]), "request.headers_too_large"),
        (scope(headers=[(b"content-length", b"9999999")]), "request.body_too_large"),
        (scope(headers=[(b"content-length", b"-1")]), "request.body_too_large"),
        (scope(headers=[(b"content-length", b"9" * 5000)]), "request.body_too_large"),
    ],
)
def test_an_oversized_head_is_refused(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as refused:
        check_head(asked, Limits())
    assert refused.value.code.name == code


def test_an_ordinary_head_passes() -> None:
    check_head(scope(headers=[(b"content-length", b"10")]), Limits())


async def test_a_body_of_untold_length_is_counted_as_it_arrives() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 60, "more_body": True}

    limited = BodyLimit(receive, bytes_max=100)
    await limited()
    with pytest.raises(Problem) as refused:
        await limited()
    assert refused.value.code.name == "request.body_too_large"


async def test_a_body_may_be_bounded_more_narrowly_before_it_is_read() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 60, "more_body": True}

    limited = BodyLimit(receive, bytes_max=100)
    limited.narrow(59)
    with pytest.raises(Problem) as refused:
        await limited()
    assert refused.value.facts == {"bytes_max": 59}


async def test_a_body_that_breaks_off_is_refused_and_one_that_ended_is_not() -> None:
    async def cut() -> dict[str, object]:
        return sent.pop(0)

    sent = [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}]
    body = BodyLimit(cut, 10)
    await body()
    with pytest.raises(Problem, match=r"request\.malformed"):
        await body()
    sent = [{"type": "http.request", "body": b"a", "more_body": False}, {"type": "http.disconnect"}]
    body = BodyLimit(cut, 10)
    await body()
    assert await body() == {"type": "http.disconnect"}
