"""Where a parcel goes: checked, composed, masked, and one sealed text."""

import pytest

from yumen.customer.orders.destination import (
    UNFIT,
    Place,
    checked,
    masked_name,
    masked_phone,
    one_line,
    packed,
    unpacked,
)
from yumen.kit.errors import Problem

PLACE = Place("上海市", "上海市", "黄浦区", "中山东一路1号", "200002")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("199 0000 0001", "+8619900000001"),
        ("+86 199-0000-0001", "+8619900000001"),
        ("１９９０００００００１", "+8619900000001"),
        ("021-12345678", "+862112345678"),
    ],
)
def test_a_number_is_kept_in_one_way(told, kept):
    assert checked("陈小玉", told, PLACE).phone == kept


@pytest.mark.parametrize(
    ("recipient", "phone", "place", "part"),
    [
        ("", "19900000001", PLACE, "recipient"),
        ("x" * 41, "19900000001", PLACE, "recipient"),
        ("a\u202eb", "19900000001", PLACE, "recipient"),
        ("陈", "12345", PLACE, "phone"),
        ("陈", "19900000001", Place("", "上海市", "", "1号"), "province"),
        ("陈", "19900000001", Place("上海市", " ", "", "1号"), "city"),
        ("陈", "19900000001", Place("上海市", "上海市", "", "x" * 201), "street"),
        ("陈", "19900000001", Place("上海市", "上海市", "", "1号", "12"), "postcode"),
    ],
)
def test_where_no_parcel_could_go_is_refused_with_the_part(recipient, phone, place, part):
    with pytest.raises(Problem) as refused:
        checked(recipient, phone, place)
    assert (refused.value.code, refused.value.facts) == (UNFIT, {"part": part})


def test_a_place_survives_packing_and_nothing_shows_in_a_repr():
    to = checked(" 陈  小玉 ", "19900000001", PLACE)
    assert unpacked(packed(to.place)) == PLACE
    assert to.recipient == "陈 小玉"
    assert repr(to) == "Destination(…)"
    assert repr(PLACE) == "Place(…)"
    assert masked_phone(to.phone) == "199****0001"
    assert masked_name("陈小玉") == "陈**"


def test_a_place_on_one_line_leaves_out_what_was_not_told():
    assert one_line(PLACE) == "上海市 上海市 黄浦区 中山东一路1号 200002"
    assert one_line(Place("海南省", "三沙市", "", "永兴岛1号")) == "海南省 三沙市 永兴岛1号"
