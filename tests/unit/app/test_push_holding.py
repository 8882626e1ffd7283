"""What waits in the inbox of pushes is declared, and promises nothing it cannot do."""

from __future__ import annotations

from yumen.app.push_holding import PUSH_INBOX, erase, hand_over
from yumen.kit.ids import SubjectId
from yumen.wechat.push.store import UNHANDLED_DAYS


async def test_nothing_is_filed_under_a_person() -> None:
    assert await hand_over(None, SubjectId(1)) == {}  # type: ignore[arg-type]
    assert (await erase(None, SubjectId(1))).rows == 0  # type: ignore[arg-type]


def test_it_is_kept_no_longer_than_the_inbox_keeps_it() -> None:
    assert PUSH_INBOX.keep.days == UNHANDLED_DAYS
    assert [column for field in PUSH_INBOX.fields for column in field.columns] == ["wechat.push_inbox.payload_sealed"]
