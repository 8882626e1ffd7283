"""What a machine sends in, and what it is told of each item. Cells are judged one by one, so shapes here only bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Generic, TypeVar

import msgspec
from litestar.params import PathParameter
from msgspec import Meta

from yumen.app.transfer.kind import State, Verdict
from yumen.app.transfer.orders import LINES_MAX, PastLine
from yumen.kit.names import SNAKE

ITEMS_MAX: Final = 200

Item = TypeVar("Item")
Text = Annotated[str, Meta(max_length=128)]
External = Annotated[str, Meta(max_length=128, description="What your system calls it", examples=["yz-1001"])]
At = Annotated[str, Meta(max_length=40, description="ISO 8601; China's time without a zone", examples=["2024-05-01"])]
SourcePath = Annotated[
    str,
    PathParameter(pattern=SNAKE, max_length=32, description="The name of your system here"),
]


class MemberItem(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    external_id: External
    app: Annotated[str, Meta(max_length=128, description="The appid", examples=["wx0123456789abcdef"])] | None = None
    openid: Text | None = None
    unionid: Text | None = None
    phone: Annotated[str, Meta(max_length=128, description="E.164 or a mainland mobile number")] | None = None
    nickname: Annotated[str, Meta(max_length=128, description="Waits for consent here")] | None = None
    birthday: Annotated[str, Meta(max_length=128, description="Waits for consent here")] | None = None
    member_since: At | None = None


class PointsItem(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    external_id: External
    points: Annotated[int, Meta(ge=-(2**53), le=2**53, description="Below zero: owed", examples=[120])]
    lot_id: External | None = None
    expires_at: At | None = None


class OrderItem(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    external_id: Annotated[str, Meta(max_length=128, description="The member's", examples=["yz-1001"])]
    number: Annotated[str, Meta(max_length=128, examples=["E20240501123456"])]
    state: Annotated[str, Meta(max_length=32, examples=["completed"])]
    total_fen: Annotated[int, Meta(ge=0, le=2**53, examples=[12_800])]
    placed_at: At
    refunded_fen: Annotated[int, Meta(ge=0, le=2**53)] = 0
    lines: Annotated[list[PastLine], Meta(max_length=LINES_MAX)] = []


class ConsentItem(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Written down as `legacy_unproved`: it permits nothing."""

    external_id: External
    purpose: Annotated[str, Meta(max_length=32, examples=["marketing"])]
    state: Annotated[str, Meta(max_length=32, examples=["given"])]
    answered_at: At | None = None


class BroughtBody(msgspec.Struct, Generic[Item], forbid_unknown_fields=True):
    """Items in order; those that are here already change nothing."""

    items: Annotated[list[Item], Meta(min_length=1, max_length=ITEMS_MAX)]


class ItemView(msgspec.Struct):
    """What became of one item. `field` and `code` say why it was refused; never what stood there."""

    state: State
    field: str = ""
    code: str = ""


class BroughtView(msgspec.Struct):
    """`items` are in the order in which they were sent."""

    taken: int
    unchanged: int
    refused: int
    items: list[ItemView]


def packed(verdicts: Sequence[Verdict]) -> str:
    """Verdicts as one short text, to be kept as an outcome: codes only."""
    return msgspec.json.encode([[one.state, one.field, one.code] for one in verdicts]).decode()


def unpacked(text: str) -> BroughtView:
    told = [ItemView(*one) for one in msgspec.json.decode(text, type=list[tuple[State, str, str]])]
    taken, unchanged, refused = (sum(one.state is state for one in told) for state in State)
    return BroughtView(taken, unchanged, refused, told)
