"""By which right something leaves, before anybody is asked."""

from datetime import date

from tests.unit.border.samples import NUMBER_LINE, TODAY, filed, filing, line, unchecked
from yumen.border.standing import Mechanisms
from yumen.border.verdict import Allow, Counter
from yumen.border.way_out import way_out


def test_a_child_is_counted_as_sensitive_whatever_leaves() -> None:
    grown, child = way_out(
        unchecked(mechanism=filed("standard_contract")), Mechanisms((filing("standard_contract"),)), TODAY
    )
    assert isinstance(grown, Allow)
    assert isinstance(child, Allow)
    assert (grown.counters, child.counters) == (Counter.GENERAL, Counter.SENSITIVE)


def test_a_contract_with_both_kinds_counts_in_both() -> None:
    mixed = unchecked(mechanism=filed("standard_contract"), lines=[NUMBER_LINE, line("member.detail.skin", "Skin")])
    grown, _ = way_out(mixed, Mechanisms((filing("standard_contract"),)), TODAY)
    assert isinstance(grown, Allow)
    assert grown.counters == Counter.GENERAL | Counter.SENSITIVE


def test_the_article_of_the_right_is_that_of_the_day() -> None:
    contract = unchecked(mechanism=filed("standard_contract"))
    have = Mechanisms((filing("standard_contract", issued_on="2023-06-01"),))
    articles = [way_out(contract, have, day)[0].article for day in (date(2024, 3, 21), date(2024, 3, 22))]
    assert articles == ["order13_4", "order16_8"]
