"""Forms of filing numbers."""

import pytest

from yumen.audit.evidence.filing_numbers import POLICE_CODES, entity_number, is_icp, police_place, service_letter


@pytest.mark.parametrize(
    "number",
    [
        "沪ICP备2022012345号-1",
        "京ICP备12345678号",
        "蜀ICP备2026004236号-1X",
        "粤B2-20090059",
        "B2-20080101-3X",
        "京ICP证150476号",
    ],
)
def test_known_forms_are_taken(number):
    assert is_icp(number)


@pytest.mark.parametrize(
    "number", ["苏ICP备202300001号-1X", "ICP备12345678号", "沪ICP备12345678号-0", "沪ICP备12345678号-1Z", ""]
)
def test_others_are_not(number):
    assert not is_icp(number)


@pytest.mark.parametrize(
    ("number", "letter"),
    [
        ("沪ICP备2022012345号-3X", "X"),
        ("沪ICP备2022012345号-2A", "A"),
        ("沪ICP备2022012345号-1", ""),
        ("粤B2-20090059-3X", "X"),
        ("x", None),
    ],
)
def test_the_letter_tells_what_was_filed(number, letter):
    assert service_letter(number) == letter


def test_all_services_of_an_entity_share_its_number():
    assert entity_number("沪ICP备2022012345号-3X") == entity_number("沪ICP备2022012345号") == "沪ICP备2022012345号"


def test_a_police_number_has_province_and_code():
    assert police_place("粤公网安备 44010102001234号") == ("粤", "44")
    assert police_place("粤公网安备440101号") is None
    assert len(set(POLICE_CODES.values())) == 31
