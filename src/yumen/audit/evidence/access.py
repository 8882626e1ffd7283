"""Who may see what: an access list as CSV or JSON, with the column names people use in either language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec

from yumen.audit.evidence.inventory import yes_no
from yumen.audit.world import World

ROWS_MAX: Final = 200_000
COLUMNS: Final = {
    "account": ("account", "user", "username", "login", "email", "账号", "用户名", "登录名"),
    "person": ("person", "name", "owner", "holder", "姓名", "使用人", "责任人"),
    "rights": ("rights", "role", "roles", "permissions", "group", "权限", "角色", "岗位"),
    "country": ("country", "location", "from", "所在地", "国家", "国家/地区", "办公地点"),
    "last_used": ("last used", "last login", "last seen", "last sign in", "最近登录", "最后登录", "最近使用"),
    "granted": ("granted", "granted on", "created", "since", "授权日期", "创建时间", "开通日期"),
    "until": ("until", "expires", "expiry", "valid until", "有效期", "到期日", "有效期至"),
    "second_factor": ("mfa", "2fa", "second factor", "双因素", "多因素", "二次验证"),
    "shared": ("shared", "共用", "共享账号", "公共账号"),
    "active": ("active", "enabled", "状态", "启用"),
    "left": ("left on", "left", "offboarded", "离职日期"),
}
MAINLAND: Final = frozenset({"cn", "china", "mainland china", "prc", "中国", "中国大陆", "境内", "大陆"})
STRONG: Final = ("admin", "root", "owner", "superuser", "dba", "export", "管理员", "超级", "全部", "导出")


@dataclass(frozen=True, slots=True)
class Account:
    """One row. `country` is as written; a date that could not be read is None."""

    account: str
    person: str
    rights: str
    country: str
    last_used: date | None
    granted: date | None
    until: date | None
    second_factor: bool | None
    shared: bool | None
    active: bool
    left: date | None

    @property
    def abroad(self) -> bool:
        return bool(self.country) and self.country.strip().lower() not in MAINLAND

    @property
    def strong(self) -> bool:
        """May it administer or export?"""
        return any(word in self.rights.lower() for word in STRONG)


@dataclass(frozen=True, slots=True)
class AccessList:
    """The rows, and which columns the file has: without a column there is no judgement on it."""

    accounts: tuple[Account, ...]
    columns: frozenset[str]

    def active(self) -> tuple[Account, ...]:
        return tuple(one for one in self.accounts if one.active)


def read_access(world: World, name: str) -> AccessList | None:
    """The access list of that file; None, told among the unread, when it is none."""
    if (text := world.text(name)) is None:
        return None
    try:
        rows = list(_json_rows(text) if name.lower().endswith(".json") else _csv_rows(text))
    except (msgspec.MsgspecError, csv.Error, RecursionError) as refused:
        world.skip(name, "no_access_list", why=str(refused)[:160])
        return None
    columns = frozenset(key for row in rows[:100] for key in row)
    if "account" not in columns and "person" not in columns:
        world.skip(name, "no_access_list", why="account")
        return None
    if len(rows) > ROWS_MAX:
        world.skip(name, "cut_short", max=ROWS_MAX)
    accounts = sorted((_account(row) for row in rows[:ROWS_MAX]), key=lambda one: (one.account, one.person, one.rights))
    return AccessList(tuple(accounts), columns)


def _csv_rows(text: str) -> Iterator[dict[str, str]]:
    reader = csv.reader(io.StringIO(text))
    heads = [_column(head) for head in next(reader, [])]
    for row in reader:
        if any(cell.strip() for cell in row):
            yield {head: cell.strip()[:200] for head, cell in zip(heads, row, strict=False) if head}


def _json_rows(text: str) -> Iterator[dict[str, str]]:
    read = msgspec.json.decode(text, type=list[dict[str, Any]])
    for one in read:
        yield {
            head: _cell(value) for key, value in one.items() if (head := _column(key)) is not None and value is not None
        }


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value))[:200] if isinstance(value, list) else str(value)[:200]


def _column(head: str) -> str | None:
    said = " ".join(head.strip().strip("\ufeff").lower().replace("_", " ").split())
    return next((name for name, aliases in COLUMNS.items() if said in aliases), None)


def _account(row: Mapping[str, str]) -> Account:
    return Account(
        account=row.get("account") or row.get("person", ""),
        person=row.get("person", ""),
        rights=row.get("rights", ""),
        country=row.get("country", ""),
        last_used=_day(row.get("last_used", "")),
        granted=_day(row.get("granted", "")),
        until=_day(row.get("until", "")),
        second_factor=yes_no(row.get("second_factor", "")),
        shared=yes_no(row.get("shared", "")),
        active=row.get("active", "").lower() not in {"no", "false", "0", "disabled", "否", "停用", "禁用"},
        left=_day(row.get("left", "")),
    )


def _day(said: str) -> date | None:
    said = said.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")[:10]
    parts = said.split("-")
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2][:2])) if len(parts) == 3 else None
    except ValueError:
        return None
