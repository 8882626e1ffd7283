"""A region is mainland only when the list says so; looks deceive."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.law.regions import Cloud, Place, is_mainland, mainland, place, review_on


@pytest.mark.parametrize(
    ("cloud", "region"),
    [
        (Cloud.TENCENT, "ap-hongkong"),
        (Cloud.ALIBABA, "cn-hongkong"),
        (Cloud.OWN_SITE, "CN-HK"),
        (Cloud.OWN_SITE, "CN-TW"),
    ],
)
def test_hong_kong_and_taiwan_are_not_mainland_whatever_their_prefix(cloud: Cloud, region: str) -> None:
    assert place(cloud, region) is Place.ELSEWHERE
    assert not is_mainland(cloud, region)


def test_the_same_id_may_lie_elsewhere_at_another_cloud() -> None:
    assert is_mainland(Cloud.AWS_CHINA, "cn-northwest-1")
    assert place(Cloud.ALIBABA, "cn-northwest-1") is Place.UNKNOWN


@pytest.mark.parametrize("region", ["ap-shanghai", "ap-guangzhou", "ap-shanghai-fsi"])
def test_known_mainland_regions_are_allowed(region: str) -> None:
    assert is_mainland(Cloud.TENCENT, region)


@pytest.mark.parametrize("region", ["ap-shanghai-2", "AP-SHANGHAI", "cn-shanghai", "ap-shanghai-ec", ""])
def test_what_is_not_letter_for_letter_in_the_list_is_unknown_and_refused(region: str) -> None:
    assert place(Cloud.TENCENT, region) is Place.UNKNOWN
    assert not is_mainland(Cloud.TENCENT, region)


@given(st.sampled_from(list(Cloud)), st.text(max_size=30))
def test_no_invented_region_is_ever_allowed(cloud: Cloud, region: str) -> None:
    assert is_mainland(cloud, region) == (region in mainland(cloud))


@pytest.mark.parametrize("cloud", list(Cloud))
def test_no_region_is_on_both_sides(cloud: Cloud) -> None:
    assert {place(cloud, region) for region in mainland(cloud)} == {Place.MAINLAND}


def test_the_lists_are_within_their_review_date() -> None:
    assert review_on() >= date.today()  # noqa: DTZ011 — the reader's own calendar decides
