"""Chapters that are switched off are not there: no route of theirs answers anybody."""

from __future__ import annotations

import pytest

from yumen.app.server import routes_of
from yumen.kit.settings import ChapterSettings, SettingsRefused, load


def paths(edge: str, chapters: ChapterSettings) -> set[str]:
    return {path for route in routes_of(edge, chapters) for path in route.paths}


@pytest.mark.parametrize(
    ("chapter", "shopper", "staff"),
    [
        ("catalog", "/v1/products", "/staff/v1/products"),
        ("loyalty", "/v1/loyalty", "/staff/v1/loyalty/programs"),
        ("orders", "/v1/orders", "/staff/v1/orders"),
    ],
)
def test_a_chapter_takes_its_routes_along(chapter: str, shopper: str, staff: str) -> None:
    for edge, beginning in (("shopper", shopper), ("staff", staff)):
        on, off = (paths(edge, ChapterSettings(**{chapter: state})) for state in (True, False))
        assert off < on
        assert any(path.startswith(beginning) for path in on)
        assert not any(path.startswith(beginning) for path in off)


def test_with_every_chapter_off_identity_consent_and_the_inbound_api_stay() -> None:
    none = ChapterSettings(catalog=False, loyalty=False, orders=False)
    assert {"/v1/login", "/v1/consents"} <= paths("shopper", none)
    assert "/v1/inbound/{source:str}/members" in paths("staff", none)
    assert not any("wechatpay" in path for path in paths("hooks", none))


def test_orders_without_a_catalogue_are_refused() -> None:
    with pytest.raises(SettingsRefused) as refused:
        load(None, {"YUMEN_CHAPTERS__CATALOG": "false"}, lambda cloud, region: True)
    assert [(fault.kind, fault.key) for fault in refused.value.faults] == [("chapter_needs", "chapters.orders")]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ({"URL": "https://erp.example", "SECRET": "short"}, "delivery_secret"),
        ({}, "delivery_place"),
        ({"URL": "https://erp.example", "SECRET": "x" * 32, "FOLDER": "drop"}, "delivery_place"),
    ],
)
def test_a_delivery_has_one_place_and_a_secret(lines: dict[str, str], kind: str) -> None:
    given = {f"YUMEN_DELIVERY__ERP__{name}": value for name, value in lines.items()}
    given |= {"YUMEN_DELIVERY__ERP__HANDLER": "acme", "YUMEN_HANDLER__ACME__NAME": "Acme"}
    with pytest.raises(SettingsRefused) as refused:
        load(None, given, lambda cloud, region: True)
    assert [fault.kind for fault in refused.value.faults] == [kind]
