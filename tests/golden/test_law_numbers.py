"""The numbers of the law, as a lawyer reads them."""

from collections.abc import Callable

from yumen.law.numbers import numbers, render
from yumen.law.regions import Cloud, mainland


def test_the_law_numbers_are_as_committed(golden: Callable[[str, str], None]) -> None:
    golden("law-numbers.en.md", render(numbers(), "en"))
    golden("law-numbers.zh.md", render(numbers(), "zh"))


def test_the_mainland_allow_list_is_as_committed(golden: Callable[[str, str], None]) -> None:
    golden("law-regions.txt", "".join(f"{cloud} {region}\n" for cloud in Cloud for region in mainland(cloud)))
