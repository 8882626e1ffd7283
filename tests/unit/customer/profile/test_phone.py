import pytest

from yumen.customer.profile.phone import Number, mask, number_of
from yumen.kit.errors import Problem
from yumen.wechat.answers import PhoneInfo, Watermark


def info(country, pure):
    return PhoneInfo(f"+{country}{pure}", pure, country, Watermark(1, "wx00000000000000a1"))


@pytest.mark.parametrize(
    ("country", "pure", "e164"),
    [
        ("86", "19900000001", "+8619900000001"),
        (86, "19900000001", "+8619900000001"),
        ("+852", "51234567", "+85251234567"),
    ],
)
def test_wechats_number_becomes_e164(country, pure, e164):
    assert number_of(info(country, pure), "code") == Number(e164, "code")


@pytest.mark.parametrize(
    ("country", "pure"),
    [("", "19900000001"), ("86", ""), ("86", "1990000abcd"), ("86", "1" * 15), ("86", "１９９００００００００")],
)
def test_what_is_no_number_is_refused(country, pure):
    with pytest.raises(Problem) as caught:
        number_of(info(country, pure), "code")
    assert caught.value.code.name == "phone.number_unfit"


def test_a_mask_shows_the_country_and_the_last_three_digits():
    assert mask("+8619900000678") == "+861*******678"
    assert mask("+8525123") == "+852*123"


def test_a_number_never_prints_itself():
    assert "199" not in repr(number_of(info("86", "19900000001"), "code"))
