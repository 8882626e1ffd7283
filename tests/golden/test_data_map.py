"""Everything kept about people, as a lawyer reads it and as a machine does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

from yumen.app.holdings import HOLDINGS
from yumen.customer.consent import notices
from yumen.kit.i18n import LANGUAGES
from yumen.security.datamap import DataMap, People, as_json, render_table, unnamed

ON = date(2026, 11, 25)
MAP = DataMap(HOLDINGS, ON)


def test_the_data_map_is_as_committed(golden: Callable[[str, str], None]) -> None:
    golden("data-map.en.md", render_table(MAP.holdings, "en", ON))
    golden("data-map.zh.md", render_table(MAP.holdings, "zh", ON))
    golden("data-map-codes.json", json.dumps(as_json(MAP.holdings, ON), ensure_ascii=False, indent=1) + "\n")


def test_every_holding_and_field_has_a_name_for_readers() -> None:
    assert [code for language in LANGUAGES for code in unnamed(MAP.holdings, language)] == []


def test_people_are_told_of_every_kind_and_purpose_that_the_map_holds() -> None:
    facts = {"handler": "Example", "contact": "privacy@example.com"}
    told = {notice.purpose: set(notice.kinds) for notice in notices.load({"en": facts, "zh": facts})}
    untold = [
        field.address
        for holding in MAP.holdings
        if holding.people is People.SHOPPERS
        for field in holding.fields
        if field.kind not in told.get(field.purpose, set())
    ]
    assert untold == []
