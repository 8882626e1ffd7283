from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.identity.handlers import App
from yumen.customer.identity.login import OPENED, LeafMould, doorkeeper, repeat_index
from yumen.kit.ids import AppKey, BrandId, HandlerId, SubjectId, new_id
from yumen.security.trail import encode

APP = App(AppKey(3), HandlerId(7), BrandId(1), "wx00000000000000a1", "mini", None)


@given(
    st.datetimes(datetime(2001, 9, 10), datetime(2200, 1, 1)),  # noqa: DTZ001  # made aware below
    st.integers(1, 2**53 - 1),
    st.integers(1, 2**31),
)
def test_the_lane_writes_the_leaf_that_the_trail_would_write(at: datetime, subject: int, app: int) -> None:
    at, session = at.replace(tzinfo=UTC), new_id("ses")
    shop = App(AppKey(app), HandlerId(7), BrandId(1), APP.appid, "mini", None)
    expected = encode(OPENED.name, at, doorkeeper(shop.handler), SubjectId(subject), {"app": app, "session": session})
    assert LeafMould(shop).leaf(at, session) + b"%d]" % subject == expected


def test_the_leaf_rounds_time_as_the_trail_does() -> None:
    at = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC) + timedelta(microseconds=1500)
    session = new_id("ses")
    expected = encode(OPENED.name, at, doorkeeper(APP.handler), None, {"app": 3, "session": session})
    assert LeafMould(APP).leaf(at, session) + b"null]" == expected


def test_a_repeat_is_known_by_app_key_and_code_together() -> None:
    one = repeat_index(APP, "code", "key-12345")
    assert one is not None
    assert len(one) == 16
    assert one == repeat_index(APP, "code", "key-12345")
    assert one != repeat_index(APP, "code2", "key-12345")
    assert one != repeat_index(APP, "code", "key-123456")
    assert repeat_index(APP, "code", None) is None
