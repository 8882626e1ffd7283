"""A house that another system's files are brought to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.stories.customer.conftest import VELVET, House, house  # noqa: F401  # a fixture
from yumen.app.transfer import importing
from yumen.app.transfer.importing import Report
from yumen.app.transfer.kinds import kind_of
from yumen.customer.identity import Apps

HEADS = {
    "members": "external_id,app,openid,unionid,phone,nickname,birthday,member_since",
    "points": "external_id,lot_id,points,expires_at",
    "orders": "external_id,number,state,total_fen,refunded_fen,placed_at",
    "consents": "external_id,purpose,state,answered_at",
}


def openid(number: int) -> str:
    return f"oVelvetPineMember{number:011d}"


def row(number: int, **other: str) -> str:
    """One made-up member as a line of a file."""
    cells = {
        "external_id": f"yz-{number}",
        "app": VELVET,
        "openid": openid(number),
        "phone": f"13800{number:06d}",
        "nickname": f"会员{number}",
        "birthday": "1990-05-17",
        "member_since": "2020-03-01 10:00:00",
    } | other
    return ",".join(cells.get(name, "") for name in HEADS["members"].split(","))


async def bring(
    at: House, folder: Path, rows: Sequence[str], what: str = "members", *, dry: bool = False, head: str = ""
) -> Report:
    """Bring these rows as a file of `youzan`."""
    file = folder / f"{what}.csv"
    file.write_text("\n".join([head or HEADS[what], *rows]) + "\n", encoding="utf-8")
    apps = at.services[Apps]
    assert isinstance(apps, Apps)
    kind = kind_of(what, apps, at.handler, at.clock.now())
    return await importing.load(at.unit, kind, "youzan", file, dry=dry)
