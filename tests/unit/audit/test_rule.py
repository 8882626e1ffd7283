"""A rule registers itself, names its evidence by annotation, and has its page."""

from collections.abc import Iterator

import pytest

from yumen.audit.declaration import Domains, Service
from yumen.audit.finding import Finding
from yumen.audit.rule import REGISTERED, Area, Effect, parse_page, rule
from yumen.audit.rules import load
from yumen.law import Tag

PAGE = "Title.\n\n    Why\n    it matters.\n\n    Found: {host} is there.\n\n    Way out: Do it.\n    "


@pytest.fixture
def unregistered() -> Iterator[None]:
    yield
    REGISTERED.pop("TST001", None)


@pytest.mark.usefixtures("unregistered")
def test_needed_and_wanted_evidence_is_read_from_the_annotations():
    @rule("TST001", Area.HOSTING, Tag.LAW, Effect.RISKY, requirements=())
    def judge(domains: Domains, service: Service | None) -> Iterator[Finding]:
        yield from ()

    one = REGISTERED["TST001"]
    assert one.needs == {"domains": Domains}
    assert one.wants == {"service": Service}
    with pytest.raises(ValueError, match="TST001 is written twice"):
        rule("TST001", Area.HOSTING, Tag.LAW, Effect.RISKY, requirements=())(judge)


def test_a_page_has_four_parts():
    page = parse_page(PAGE)
    assert (page.title, page.why, page.found, page.way) == ("Title", "Why it matters.", "{host} is there.", "Do it.")


@pytest.mark.parametrize("part", ["Found:", "Way out:", "Why"])
def test_a_page_without_a_part_is_refused(part):
    with pytest.raises(ValueError, match="needs a title"):
        parse_page("\n\n".join(block for block in PAGE.split("\n\n") if part not in block))


def test_rules_are_loaded_in_the_order_of_areas():
    areas = [one.area for one in load().values()]
    assert areas == sorted(areas, key=list(Area).index)
    assert len(areas) > 90
