"""Every route of every edge against the access table. A new route appears here by itself."""

from __future__ import annotations

from collections.abc import Callable

from yumen.app.matrix import COMMANDS, access_matrix, all_routes
from yumen.security.access.policies import policies


def test_the_matrix_is_as_committed(golden: Callable[[str, str], None]) -> None:
    golden("access-matrix.en.md", access_matrix("en"))
    golden("access-matrix.zh.md", access_matrix("zh"))


def test_every_route_stands_on_a_line_that_somebody_may_use() -> None:
    lines = policies().lines
    assert [route for route in all_routes() if not lines.get(route.resource, {}).get(route.action)] == []


def test_every_line_of_the_table_is_stood_on_by_a_route_or_asked_for_by_one() -> None:
    written = {(resource, action) for resource, line in policies().lines.items() for action in line}
    used = {(route.resource, route.action) for route in (*all_routes(), *COMMANDS)}
    assert written - used == {("key", "revoke_any")}
