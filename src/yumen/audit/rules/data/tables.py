"""Who may read a table with persons in it, and how long its rows stay."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.collect import Kept
from yumen.audit.evidence.schema import Schema
from yumen.audit.finding import At, Finding, Gap
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.world import AsOf
from yumen.kit.errors import Fact
from yumen.law import Tag, number

LOGS = ("log", "logs", "audit_log", "access_log", "login_log")


@rule("DAT010", Area.DATA, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), owner=Owner.PLATFORM, effort=Effort.HOUR)
def everyone_may_read(schema: Schema) -> Iterator[Finding | Gap]:
    """A table with persons may be read by everyone who may connect.

    A right given to PUBLIC reaches every role there is and every role there will be, the one for reports included.

    Found: {table} is readable by PUBLIC and holds {columns}.

    Way out: Take the right from PUBLIC and give it to the roles that need it.
    """
    silent = [table.name for table in schema.tables if table.public is None]
    if silent:
        facts: dict[str, Fact] = {"table": silent[0], "tables": len(silent)}
        yield Gap("rights", facts, whole=len(silent) == len(schema.tables))
    for table in schema.tables:
        if table.public and table.personal:
            columns = ", ".join(sorted(column.name for column in table.personal)[:8])
            yield Finding(At("table", table.name), {"table": table.name, "columns": columns}, key=table.name)


@rule(
    "DAT011",
    Area.DATA,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.19", "pipl.47"),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def rows_outlive_their_term(schema: Schema, kept: Kept, day: AsOf) -> Iterator[Finding | Gap]:
    """Rows are older than their own term.

    What was promised to be kept for a period is deleted by the handler itself when it ends, without being asked.

    Found: {table} keeps rows since {oldest}: {over} days more than its term of {days} days.

    Way out: Let a daily job delete what is past its term, and delete once what has gathered.
    """
    for table in schema.tables:
        days = kept.days.get(table.name)
        if days is None:
            continue
        if table.oldest is None:
            yield Gap("no_days", {"table": table.name}, whole=False)
        elif (age := (day.on - table.oldest).days) > days:
            facts: dict[str, Fact] = {
                "table": table.name,
                "oldest": table.oldest.isoformat(),
                "over": age - days,
                "days": days,
            }
            yield Finding(At("table", table.name), facts, key=table.name)


@rule("DAT012", Area.DATA, Tag.LAW, Effect.RISKY, requirements=("pipl.19",), owner=Owner.COMPLIANCE, effort=Effort.DAY)
def table_has_no_term(schema: Schema, kept: Kept) -> Iterator[Finding]:
    """A table with persons has no term.

    What has no term is kept for ever, which is longer than necessary by any reading.

    Found: {table} holds {columns} and no term is declared for it.

    Way out: Decide a term by purpose and write it into the declaration or the data map.
    """
    for table in schema.tables:
        if table.personal and table.name not in kept.days:
            columns = ", ".join(sorted(column.name for column in table.personal)[:8])
            yield Finding(At("table", table.name), {"table": table.name, "columns": columns}, key=table.name)


@rule(
    "DAT013", Area.DATA, Tag.LAW, Effect.ILLEGAL, requirements=("csl.23",), owner=Owner.PLATFORM, effort=Effort.HALF_DAY
)
def logs_are_kept_too_short(kept: Kept, day: AsOf) -> Iterator[Finding]:
    """Network logs are kept for less than six months.

    The Cybersecurity Law asks for six months at least; a shorter term is a charge by itself.

    Found: {table} is kept {days} days, at least {least} are asked for.

    Way out: Keep logs of network events for six months, without more of the person in them than needed.
    """
    least = number("retention.network_log", day.on).days
    for table, days in sorted(kept.days.items()):
        if table.rpartition(".")[2].lower() in LOGS and days < least:
            yield Finding(At("table", table), {"table": table, "days": days, "least": least}, key=table)
