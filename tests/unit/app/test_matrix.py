"""The access matrix is read from the routes themselves."""

from __future__ import annotations

from yumen.app.matrix import access_matrix, all_routes, routes_of
from yumen.app.openapi import edge_app


def test_every_route_of_every_edge_is_there_once_and_declares_its_line() -> None:
    routes = all_routes()
    assert len({(route.path, route.method) for route in routes}) == len(routes)
    assert all(route.resource and route.action for route in routes)
    assert {route.path.split("/")[1] for route in routes} == {"v1", "staff", "hooks"}


def test_health_and_description_stand_before_the_door() -> None:
    paths = {route.path for route in routes_of(edge_app("shopper"))}
    assert not {path for path in paths if path.startswith(("/livez", "/readyz", "/schema"))}


def test_the_table_names_each_route_in_both_languages() -> None:
    for language in ("en", "zh"):
        table = access_matrix(language)
        assert all(route.path in table for route in all_routes())
