"""Everything kept about people is declared once, and can be handed over and erased where it is about shoppers."""

from __future__ import annotations

from yumen.app.holdings import HOLDINGS
from yumen.kit.clock import real_now, shanghai_day
from yumen.security.datamap import DataMap, People


def test_holdings_are_named_once_and_fit_the_data_map() -> None:
    names = [holding.name for holding in HOLDINGS]
    assert len(set(names)) == len(names)
    assert DataMap(HOLDINGS, on=shanghai_day(real_now()))


def test_what_is_kept_about_shoppers_can_be_handed_over_and_erased() -> None:
    ours = [holding for holding in HOLDINGS if holding.people is People.SHOPPERS]
    assert len(ours) > 5
    assert all(holding.hand_over and holding.erase for holding in ours)
