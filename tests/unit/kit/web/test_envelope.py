"""The outermost layer answers even where the application cannot."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.kit.web.envelope import Envelope, where
from yumen.kit.web.limits import Limits


async def ask(envelope: Envelope, **changes: Any) -> list[dict[str, Any]]:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/x",
        "raw_path": b"/x",
        "query_string": b"",
        "headers": [],
        "client": ("203.0.113.7", 1),
        **changes,
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await envelope(scope, receive, send)  # type: ignore[arg-type]
    return sent


async def fails(scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError("138 0000 0000")


async def answers(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": [(b"x-frame-options", b"SAMEORIGIN")]})
    await send({"type": "http.response.body", "body": b""})


async def test_a_failure_outside_the_application_is_answered_and_logged_by_place() -> None:
    lines: list[bytes] = []
    start, body = await ask(Envelope(fails, "test", Limits(), lines.append))
    assert start["status"] == 500
    assert msgspec.json.decode(body["body"])["code"] == "internal"
    assert b"138" not in body["body"] + lines[0]
    assert b"RuntimeError test_envelope.py" in lines[0]


async def test_an_application_may_choose_its_own_frame_rule_and_gets_the_other_headers() -> None:
    start, _ = await ask(Envelope(answers, "test", Limits(), lambda line: None))
    headers = dict(start["headers"])
    assert headers[b"x-frame-options"] == b"SAMEORIGIN"
    assert headers[b"x-content-type-options"] == b"nosniff"


async def test_the_log_line_holds_the_network_of_the_caller() -> None:
    lines: list[bytes] = []
    await ask(Envelope(answers, "test", Limits(), lines.append))
    assert msgspec.json.decode(lines[0])["peer"] == "203.0.113.0/24"


async def test_a_callers_request_id_is_kept_only_in_our_shape() -> None:
    good = b"req_" + b"0" * 26
    kept, _ = await ask(Envelope(answers, "t", Limits(), lambda line: None), headers=[(b"x-request-id", good)])
    made, _ = await ask(Envelope(answers, "t", Limits(), lambda line: None), headers=[(b"x-request-id", b"<b>")])
    assert dict(kept["headers"])[b"x-request-id"] == good
    assert dict(made["headers"])[b"x-request-id"].startswith(b"req_")


async def test_health_checks_leave_no_line() -> None:
    lines: list[bytes] = []

    async def healthy(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    await ask(Envelope(healthy, "t", Limits(), lines.append), path="/livez", raw_path=b"/livez")
    assert lines == []


def test_where_names_files_and_lines_only() -> None:
    try:
        raise ValueError("secret")
    except ValueError as failure:
        place = where(failure)
    assert place.startswith("ValueError test_envelope.py:")
    assert "secret" not in place
