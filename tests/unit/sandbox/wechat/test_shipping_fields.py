"""What shipping management refuses, by the code of its page."""

import pytest

from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.shipping_fields import read_upload

PARCEL = {"tracking_no": "YTO0001", "express_company": "YTO", "item_desc": "a scarf"}
GOOD = {"logistics_type": 1, "delivery_mode": 1, "shipping_list": [PARCEL]}
AT = "2026-11-26T10:00:00.000+08:00"


def test_one_parcel_for_the_whole_order_is_taken():
    upload = read_upload(GOOD, AT)
    assert upload.all_delivered
    assert [one.tracking_no for one in upload.parcels] == ["YTO0001"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"logistics_type": 9}, 10060005),
        ({"delivery_mode": 3}, 268485224),
        ({"delivery_mode": 2, "logistics_type": 3}, 10060006),
        ({"delivery_mode": 2}, 10060007),
        ({"delivery_mode": 2, "is_all_delivered": "yes"}, 47001),
        ({"shipping_list": "none"}, 47001),
        ({"shipping_list": [PARCEL, PARCEL]}, 268485228),
        ({"delivery_mode": 2, "is_all_delivered": False, "shipping_list": [PARCEL] * 16}, 10060024),
    ],
)
def test_a_body_that_does_not_fit_gets_the_code_of_the_page(change, code):
    with pytest.raises(Refusal) as caught:
        read_upload({**GOOD, **change}, AT)
    assert caught.value.errcode == code
