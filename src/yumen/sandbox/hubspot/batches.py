"""Batches of at most a hundred: upsert, create, read, update, archive. Results come in no promised order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.filing import API, archive, find_live, save
from yumen.sandbox.hubspot.judging import Draft, Judge
from yumen.sandbox.hubspot.reading import shown, written
from yumen.sandbox.hubspot.records import Kind
from yumen.sandbox.hubspot.refusals import Fault, Refusal, bad_request
from yumen.sandbox.hubspot.values import iso
from yumen.sandbox.kit.shelf import Row

Input = dict[str, Any]


def upsert(call: Call) -> Reply:
    """`POST …/batch/upsert`: 200, or 207 with errors where every input carries a trace id; else all or nothing."""
    kind, inputs = call.kind(), call.inputs()
    name = _id_property(kind, inputs)
    _refuse_twins(inputs, lower=bool(name))
    values = [_ident(one) for one in inputs]
    held = find_live(call.world, kind, name, values) if name else _by_ids(call, kind, values)
    judge = Judge(call, kind, looked_up=name)

    def one(given: Input) -> Draft:
        value = _ident(given)
        row = held.get(value.lower() if name else value)
        sent = given.get("properties") or {}
        if name:
            sent = {**sent, name: value}
        elif row is None:
            raise Fault(404, "OBJECT_NOT_FOUND", "No object exists with the given id", context={"id": [value]})
        return judge.judge(row, sent)

    return _write(call, inputs, one, tells_new=True)


def create(call: Call) -> Reply:
    """`POST …/batch/create`: 201, or 207."""
    kind, inputs = call.kind(), call.inputs()
    judge = Judge(call, kind)
    reply = _write(call, inputs, lambda given: judge.judge(None, given.get("properties") or {}))
    return Reply(reply.body, 201 if reply.status == 200 else reply.status)


def update(call: Call) -> Reply:
    """`POST …/batch/update`: by record id or a unique property."""
    kind, inputs = call.kind(), call.inputs()
    name = _id_property(kind, inputs)
    _refuse_twins(inputs, lower=bool(name))
    values = [_ident(one) for one in inputs]
    held = find_live(call.world, kind, name, values) if name else _by_ids(call, kind, values)
    judge = Judge(call, kind)

    def one(given: Input) -> Draft:
        value = _ident(given)
        row = held.get(value.lower() if name else value)
        if row is None:
            raise Fault(404, "OBJECT_NOT_FOUND", "No object exists with the given id", context={"id": [value]})
        return judge.judge(row, given.get("properties") or {})

    return _write(call, inputs, one)


def read(call: Call) -> Reply:
    """`POST …/batch/read`: sees writes at once; 207 when some are not there."""
    kind, inputs, body = call.kind(), call.inputs(), call.json()
    name = str(body.get("idProperty") or "")
    if name in {"", "hs_object_id"}:
        name = ""
    elif not (known := kind.properties.get(name)) or not known.has_unique_value:
        raise bad_request(f"idProperty {name[:60]} is not a unique identifier property")
    values = [_ident(one) for one in inputs]
    held = find_live(call.world, kind, name, values) if name else _by_ids(call, kind, values)
    asked = [str(one) for one in body.get("properties") or []]
    results, missing, seen = [], [], set()
    for value in values:
        row = held.get(value.lower() if name else value)
        if row is None:
            missing.append(value)
        elif row.id not in seen:
            seen.add(row.id)
            results.append(shown(kind, row, asked))
    errors = []
    if missing:
        words = (
            f"Could not get some {kind.singular} objects, they may be deleted or not exist. Check that ids are valid."
        )
        errors = [Fault(404, "OBJECT_NOT_FOUND", words, context={"ids": missing}).shown()]
    return _answer(call, results, errors)


def archive_all(call: Call) -> Reply:
    """`POST …/batch/archive`: 204, also for unknown ids."""
    kind = call.kind()
    values = [_ident(one) for one in call.inputs()]
    if call.world.settings.portal.refuse_deletes:
        raise Refusal(403, "FORBIDDEN", "You do not have permission to delete these objects")
    for row in _by_ids(call, kind, values).values():
        archive(call.world, kind, row, source=API)
    return Reply(status=204)


def _write(call: Call, inputs: list[Input], judge: Callable[[Input], Draft], *, tells_new: bool = False) -> Reply:
    """Judge all, then write what may be written."""
    traces = [one.get("objectWriteTraceId") for one in inputs]
    traced = all(isinstance(trace, str) and trace for trace in traces) and len(set(traces)) == len(traces)
    drafts: list[tuple[str | None, Draft]] = []
    errors: list[dict[str, Any]] = []
    for given, trace in zip(inputs, traces, strict=True):
        try:
            drafts.append((trace if isinstance(trace, str) else None, judge(given)))
        except Fault as fault:
            if not traced:
                raise fault.alone() from None
            errors.append(fault.shown(trace))
    results = []
    for at, (trace, draft) in enumerate(drafts):
        if call.course.partial and at >= len(drafts) // 2:
            break
        row = save(call.world, draft.kind, draft.row, draft.values, draft.sent, source=API)
        result = written(draft.kind, row, draft.sent)
        if tells_new:
            result["new"] = draft.row is None
        if trace is not None:
            result["objectWriteTraceId"] = trace
        results.append(result)
    return _answer(call, results, errors)


def _answer(call: Call, results: list[dict[str, Any]], errors: list[dict[str, Any]]) -> Reply:
    if call.world.settings.portal.shuffles:
        call.world.dice.shuffle(results)
    moment = iso(call.now)
    body: dict[str, Any] = {"status": "COMPLETE", "results": results, "requestedAt": moment, "startedAt": moment,
                            "completedAt": iso(call.world.now())}  # fmt: skip
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return Reply(body, 207 if errors else 200)


def _id_property(kind: Kind, inputs: list[Input]) -> str:
    """The unique property that every input names, or the empty text for record ids."""
    names = {str(one.get("idProperty") or "") for one in inputs}
    if len(names) > 1:
        raise bad_request("All inputs must use the same idProperty")
    name = names.pop()
    if name in {"", "hs_object_id"}:
        return ""
    known = kind.properties.get(name)
    if known is None or not known.has_unique_value or known.archived:
        raise bad_request(f"idProperty {name[:60]} is not a unique identifier property")
    return name


def _refuse_twins(inputs: list[Input], *, lower: bool) -> None:
    seen: set[str] = set()
    twins: list[str] = []
    for one in inputs:
        value = _ident(one)
        text = value.lower() if lower else value
        if text in seen:
            twins.append(value)
        seen.add(text)
    if twins:
        raise bad_request(f"Duplicate IDs found in batch input: [{', '.join(twins)}]. IDs must be unique",
                          {"ids": twins})  # fmt: skip


def _ident(one: Input) -> str:
    value = one.get("id")
    if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
        raise bad_request("Invalid input JSON: Some required fields were not set: [id]")
    return str(value)


def _by_ids(call: Call, kind: Kind, idents: list[str]) -> dict[str, Row]:
    return {ident: row for ident, row in call.world.shelf.get(kind.name, idents).items() if not row.gone}
