"""Personal values in columns: open where they should be sealed, and where they should not be at all."""

from __future__ import annotations

from collections.abc import Iterator

from yumen.audit.evidence.classify import Class
from yumen.audit.evidence.kinds import SENSITIVE, Kind
from yumen.audit.evidence.schema import Column, Schema, Table
from yumen.audit.finding import At, Certainty, Finding
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.law import Tag

OPEN = (Kind.PHONE, Kind.NAME, Kind.ADDRESS, Kind.EMAIL, Kind.PLATE, Kind.BIRTH)
FREE_TEXT = ("json", "jsonb", "text", "longtext", "mediumtext")
LOOSE = ("log", "remark", "note", "memo", "extra", "payload", "raw", "comment", "备注", "日志")


def facts_of(table: Table, column: Column, *kinds: Kind) -> tuple[At, dict[str, str | int], Certainty]:
    """The place, what was seen there, and how sure: the values said so, or only a name or a declaration did."""
    held = next(one for one in column.classes if one.kind in kinds)
    facts: dict[str, str | int] = {
        "column": f"{table.name}.{column.name}",
        "kind": held.kind,
        "seen": _seen(held),
    }
    return (
        At("column", f"{table.name}.{column.name}"),
        facts,
        Certainty.PROVEN if held.values >= 5 else Certainty.LIKELY,
    )


def _seen(held: Class) -> str:
    """How many of the values seen were of that kind; a word where none was seen."""
    if held.values:
        return f"{round(held.share * held.values)}/{held.values}"
    return "declared" if held.share else "none"


def holding(schema: Schema, *kinds: Kind) -> Iterator[Finding]:
    """Each open column with values of those kinds."""
    for table in schema.tables:
        for column in table.columns:
            if not column.sealed and column.has(*kinds):
                place, facts, certainty = facts_of(table, column, *kinds)
                yield Finding(place, facts, certainty, key=f"{column.name}:{facts['kind']}")


@rule(
    "DAT001",
    Area.DATA,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.51", "pipl.28"),
    owner=Owner.PLATFORM,
    effort=Effort.WEEKS,
)
def sensitive_values_are_open(schema: Schema) -> Iterator[Finding]:
    """Sensitive values stand in the open in a table.

    ID numbers, cards, health, whereabouts and children's data ask for strict protection. Whoever gets at a backup or a
    reading role reads all of them.

    Found: {column} holds {kind} in the open (values: {seen}).

    Way out: Seal the column before the value reaches SQL, under a key outside the database; search by a blind index.
    """
    yield from holding(schema, *(SENSITIVE - {Kind.CARD_CODE, Kind.MINOR}))


@rule("DAT002", Area.DATA, Tag.LAW, Effect.RISKY, requirements=("pipl.51",), owner=Owner.PLATFORM, effort=Effort.WEEKS)
def personal_values_are_open(schema: Schema) -> Iterator[Finding]:
    """Phones, names, addresses or mails stand in the open in a table.

    Encryption and de-identification are measures the law names. A list of phones with addresses is what is sold after
    a leak. Names at work of one's own staff are not meant: who may enter and who approved must stay readable.

    Found: {column} holds {kind} in the open (values: {seen}).

    Way out: Seal the column; show a masked value where the whole one is not needed.
    """
    yield from holding(schema, *OPEN)


@rule(
    "DAT003",
    Area.DATA,
    Tag.PLATFORM,
    Effect.RISKY,
    requirements=("wx.secret",),
    owner=Owner.PLATFORM,
    effort=Effort.DAY,
)
def session_key_is_stored_open(schema: Schema) -> Iterator[Finding]:
    """WeChat's session_key is stored in the open.

    With it anybody opens what WeChat encrypted for this shopper. WeChat says that it stays on the server and is not
    handed on.

    Found: {column} holds {kind} (values: {seen}).

    Way out: Seal it under the shopper's own token, or keep it in memory for the minutes it is needed.
    """
    yield from holding(schema, Kind.SESSION_KEY)


@rule(
    "DAT004",
    Area.DATA,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.28", "pipl.51"),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def card_code_is_stored(schema: Schema) -> Iterator[Finding]:
    """The code of bank cards is stored.

    It serves one payment and nothing after it; the rules of the card schemes forbid keeping it, sealed or not.

    Found: {column} holds {kind} (values: {seen}).

    Way out: Delete the column and its backups; let the payment service take the card.
    """
    yield from holding(schema, Kind.CARD_CODE)


@rule(
    "DAT005",
    Area.DATA,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.31", "minors.31"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def minors_are_held(schema: Schema) -> Iterator[Finding]:
    """Data of minors is held.

    Birth dates or ID numbers of persons under 18 make the yearly minors audit a certainty; under 14 everything is
    sensitive and needs the guardian.

    Found: {column} holds {kind} (values: {seen}).

    Way out: Ask for the guardian's consent at registration, keep these rows apart, report the yearly audit; or do not
    ask for the birth date.
    """
    for table in schema.tables:
        for column in table.columns:
            if column.has(Kind.MINOR):
                place, facts, certainty = facts_of(table, column, Kind.MINOR)
                yield Finding(place, facts, certainty, key=column.name)


@rule(
    "DAT006",
    Area.DATA,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.51", "pipl.19"),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def persons_stand_in_free_text(schema: Schema) -> Iterator[Finding]:
    """Phones or numbers of persons stand in a column for notes or logs.

    Nobody seals, exports or erases what nobody knows to be there: a request to delete misses these.

    Found: {column} is a column for notes and holds {kind} (values: {seen}).

    Way out: Replace the value by the id of the person when it is written, and clean what is there.
    """
    for table in schema.tables:
        for column in table.columns:
            if any(word in column.name.lower() for word in LOOSE) and column.has(*OPEN[:4], Kind.ID_NUMBER):
                place, facts, certainty = facts_of(table, column, *OPEN[:4], Kind.ID_NUMBER)
                yield Finding(place, facts, certainty, key=column.name)


@rule(
    "DAT007",
    Area.DATA,
    Tag.ADVICE,
    Effect.ADVICE,
    requirements=("advice.data",),
    owner=Owner.PLATFORM,
    effort=Effort.WEEKS,
)
def identifiers_stand_together(schema: Schema) -> Iterator[Finding]:
    """openid, phone and name of a person stand in one row.

    The id that every other table uses then leads straight to the person. Apart, a leak of one table names nobody.

    Found: {table} keeps {columns} together in the open.

    Way out: Keep WeChat's ids in a table of identities and contacts in one of their own, joined by an id of yours.
    """
    for table in schema.tables:
        held = [
            (kind, column.name)
            for kind in (Kind.OPENID, Kind.UNIONID, Kind.PHONE, Kind.NAME)
            for column in table.personal
            if column.has(kind)
        ]
        if {Kind.PHONE} < {kind for kind, _ in held} and any(kind in {Kind.OPENID, Kind.UNIONID} for kind, _ in held):
            facts = {"table": table.name, "columns": ", ".join(name for _, name in held)}
            yield Finding(At("table", table.name), facts)
