"""A member number finds its own typing errors."""

from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.loyalty.card import check_digit, checked_digits, new_number

bodies = st.text("0123456789", min_size=15, max_size=15)


def test_the_example_of_the_standard():
    assert check_digit("0794") == "5"  # ISO/IEC 7064:2003, MOD 11,10


@given(bodies, st.integers(0, 14), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(body, place, more):
    wrong = body[:place] + str((int(body[place]) + more) % 10) + body[place + 1 :]
    assert check_digit(wrong) != check_digit(body)


def test_numbers_have_sixteen_digits_and_do_not_repeat():
    numbers = {new_number() for _ in range(1000)}
    assert len(numbers) == 1000
    assert all(len(number) == 16 and number[0] in "89" for number in numbers)
    assert all(check_digit(number[:-1]) == number[-1] for number in numbers)
    assert len(checked_digits(20)) == 20
