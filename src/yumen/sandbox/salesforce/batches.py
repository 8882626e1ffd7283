"""sObject Collections: up to 200 records a call, each with its own result, in the order they came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.deleting import bin_one
from yumen.sandbox.salesforce.filing import Draft, find_live, key_text, rows_of_ids, save
from yumen.sandbox.salesforce.judging import Judge, find_field, find_object, new_draft, no_such_column, shape_id
from yumen.sandbox.salesforce.reading import shown
from yumen.sandbox.salesforce.records import Field, Object
from yumen.sandbox.salesforce.refusals import Fault, Refusal

RECORDS_MAX: Final = 200
READ_MAX: Final = 2000
ROLLED_BACK: Final = Fault(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)
Outcome = Draft | Fault


def upsert(call: Call) -> Reply:
    """`PATCH /composite/sobjects/{object}/{external id field}`: results in order; 200 even when every record failed."""
    kind = find_object(call.world, call.part("object"))
    known = external_field(kind, call.part("field"))
    records, all_or_none = _records(call)
    for record in records:
        if str(_attributes(record).get("type", "")).lower() != kind.name.lower():
            raise Refusal(400, "INVALID_INPUT", f"The type of every record must be {kind.name}")
        if "id" in {name.lower() for name in record}:
            raise Refusal(400, "INVALID_FIELD", "cannot specify Id in an Upsert request")
    judge = call.judge()
    judge.looked_up = known.name
    drafts = judge_upserts(call, judge, kind, known, records)
    return Reply(_finish(call, drafts, all_or_none, tells_created=True))


def judge_upserts(
    call: Call, judge: Judge, kind: Object, known: Field, records: Sequence[dict[str, Any]]
) -> list[Outcome]:
    """What becomes of each record; nothing is saved yet."""
    values = [value for record in records if (value := _own(record, known)) not in {None, ""}]
    held = find_live(call.world, kind, known, values)
    seen: set[str] = set()
    outcomes: list[Outcome] = []
    for record in records:
        try:
            outcomes.append(_judge_upsert(judge, kind, known, record, held, seen))
        except Fault as fault:
            outcomes.append(fault)
    return outcomes


def _judge_upsert(
    judge: Judge, kind: Object, known: Field, record: dict[str, Any], held: dict[str, list[Row]], seen: set[str]
) -> Draft:
    value = _own(record, known)
    if value is None or value == "":
        raise Fault("MISSING_ARGUMENT", f"{known.name} not specified")
    text = key_text(known, value)
    if text in seen:
        raise Fault("DUPLICATE_VALUE", f"Duplicate external id specified: {value}", (known.name,))
    seen.add(text)
    rows = held.get(text, [])
    if len(rows) > 1:
        raise Fault("DUPLICATE_EXTERNAL_ID", f"{known.name}: more than one record found for external id field: "
                    f"[{', '.join(row.id for row in rows)}]", (known.name,))  # fmt: skip
    draft = new_draft(kind, rows[0] if rows else None, record, str(value))
    judge.judge(draft, record)
    return draft


def create(call: Call) -> Reply:
    """`POST /composite/sobjects`: insert; types may be mixed."""
    records, all_or_none = _records(call)
    judge = call.judge()
    outcomes: list[Outcome] = []
    for record in records:
        kind = find_object(call.world, str(_attributes(record).get("type", "")))
        draft = new_draft(kind, None, record)
        try:
            judge.judge(draft, record)
            outcomes.append(draft)
        except Fault as fault:
            outcomes.append(fault)
    return Reply(_finish(call, outcomes, all_or_none))


def update(call: Call) -> Reply:
    """`PATCH /composite/sobjects`: update by record id."""
    records, all_or_none = _records(call)
    judge = call.judge()
    outcomes: list[Outcome] = []
    for record in records:
        kind = find_object(call.world, str(_attributes(record).get("type", "")))
        sent = {name: value for name, value in record.items() if name.lower() != "id"}
        try:
            ident = shape_id(str(record.get("id", record.get("Id", ""))))
            draft = new_draft(kind, live_row(call, kind, ident), sent)
            judge.judge(draft, sent)
            outcomes.append(draft)
        except Fault as fault:
            outcomes.append(fault)
    return Reply(_finish(call, outcomes, all_or_none))


def retrieve(call: Call) -> Reply:
    """`GET|POST /composite/sobjects/{object}`: records by id, null where there is none."""
    kind = find_object(call.world, call.part("object"))
    if call.request.method == "POST":
        body = call.json()
        idents, names = body.get("ids", []), body.get("fields", [])
    else:
        query = call.request.query
        idents, names = query.get("ids", "").split(","), query.get("fields", "").split(",")
    if not isinstance(idents, list) or not isinstance(names, list) or len(idents) > READ_MAX:
        raise Refusal(400, "EXCEEDED_ID_LIMIT", f"record limit reached. cannot retrieve more than {READ_MAX} records")
    fields: list[Field] = []
    for name in names:
        known = find_field(kind, str(name))
        if known is None:
            raise no_such_column(kind, str(name))
        fields.append(known)
    wanted = [shape_or_refuse(str(ident)) for ident in idents]
    rows = rows_of_ids(call.world, kind, wanted)
    live = [row if (row := rows.get(ident)) is not None and not row.gone else None for ident in wanted]
    return Reply([shown(kind, row, fields, call.version) if row else None for row in live])


def delete(call: Call) -> Reply:
    """`DELETE /composite/sobjects?ids=`: into the recycle bin; mixed types."""
    idents = [ident for ident in call.request.query.get("ids", "").split(",") if ident]
    all_or_none = call.request.query.get("allOrNone", "false").lower() == "true"
    if not idents or len(idents) > RECORDS_MAX:
        words = f"record limit reached. cannot submit more than {RECORDS_MAX} records in this operation"
        raise Refusal(400, "EXCEEDED_ID_LIMIT" if idents else "REQUIRED_FIELD_MISSING", words)
    faults = [bin_one(call, ident, judge_only=True) for ident in idents]
    rolled = all_or_none and any(faults)
    results: list[dict[str, Any]] = []
    for at, (ident, fault) in enumerate(zip(idents, faults, strict=True)):
        if _cut_off(call, at, len(idents)):
            break
        results.append(_result(ident, fault or (ROLLED_BACK if rolled else bin_one(call, ident))))
    return Reply(results)


def live_row(call: Call, kind: Object, ident: str) -> Row:
    """The row of an id. Raises Fault."""
    row = rows_of_ids(call.world, kind, [ident]).get(ident)
    if row is None or not ident.startswith(kind.prefix):
        raise Fault("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    if row.gone:
        raise Fault("ENTITY_IS_DELETED", "entity is deleted")
    return row


def external_field(kind: Object, name: str) -> Field:
    """The external id field of an upsert. Raises Refusal (400, or 404 in the single form of it)."""
    known = find_field(kind, name)
    if known is None or not known.external_id:
        words = f"Field name provided, {name} does not match an External ID, Salesforce Id, or indexed field for "
        raise Refusal(400, "INVALID_FIELD", words + kind.name)
    return known


def shape_or_refuse(text: str) -> str:
    """The id, or the refusal of the whole call."""
    try:
        return shape_id(text)
    except Fault as fault:
        raise Refusal(400, fault.code, fault.message) from None


def _records(call: Call) -> tuple[list[dict[str, Any]], bool]:
    body = call.json()
    records, all_or_none = body.get("records"), body.get("allOrNone", False)
    if not isinstance(records, list) or not records or not all(isinstance(record, dict) for record in records):
        raise Refusal(400, "JSON_PARSER_ERROR", "The records list is missing or is no list of objects")
    if not isinstance(all_or_none, bool):
        raise Refusal(400, "JSON_PARSER_ERROR", "Cannot deserialize instance of boolean from allOrNone")
    if len(records) > RECORDS_MAX:
        words = f"record limit reached. cannot submit more than {RECORDS_MAX} records in this operation"
        raise Refusal(400, "EXCEEDED_ID_LIMIT", words)
    return records, all_or_none


def _attributes(record: dict[str, Any]) -> dict[str, Any]:
    found = record.get("attributes")
    if not isinstance(found, dict):
        raise Refusal(400, "INVALID_INPUT", "Include an attributes.type in every record")
    return found


def _own(record: dict[str, Any], known: Field) -> Any:
    if known.name in record:
        value = record[known.name]
    else:
        value = next((v for name, v in record.items() if name.lower() == known.name.lower()), None)
    return value if isinstance(value, str | int | float | None) else str(value)


def _finish(
    call: Call, outcomes: list[Outcome], all_or_none: bool, *, tells_created: bool = False
) -> list[dict[str, Any]]:
    rolled = all_or_none and any(isinstance(one, Fault) for one in outcomes)
    results: list[dict[str, Any]] = []
    for at, outcome in enumerate(outcomes):
        if _cut_off(call, at, len(outcomes)):
            break
        if isinstance(outcome, Fault) or rolled:
            results.append(_result(None, outcome if isinstance(outcome, Fault) else ROLLED_BACK))
            continue
        created = outcome.created
        row = save(call.world, outcome, call.now)
        result: dict[str, Any] = {"id": row.id, "success": True, "errors": []}
        results.append({**result, "created": created} if tells_created else result)
    return results


def _result(ident: str | None, fault: Fault | None) -> dict[str, Any]:
    found: dict[str, Any] = {"id": ident} if ident else {}
    return {**found, "success": fault is None, "errors": [fault.shown()] if fault else []}


def _cut_off(call: Call, at: int, size: int) -> bool:
    """`partial`: the first half of the batch is done, the rest never."""
    return call.course.partial and at >= size // 2
