"""What is declared to go abroad against what is found: in code, in logs of calls, in tables, in contracts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from yumen.audit.declaration import Flow, Flows
from yumen.audit.evidence.contracts import ContractTexts, mentions
from yumen.audit.evidence.egress import EgressLog
from yumen.audit.evidence.hosts import bare
from yumen.audit.evidence.kinds import Kind, kinds_of_name
from yumen.audit.evidence.schema import Schema
from yumen.audit.finding import At, Certainty, Finding, Gap, InFile
from yumen.audit.known_hosts import is_abroad, suffix
from yumen.audit.rule import Area, Effect, Effort, Owner, rule
from yumen.audit.source import Program, SourceEvidence
from yumen.audit.source.flows import Flow as Way
from yumen.audit.source.sites import flow as told
from yumen.kit.errors import Fact
from yumen.law import Tag

KINDS: Final = {
    "phone": Kind.PHONE,
    "address": Kind.ADDRESS,
    "location": Kind.LOCATION,
    "id_number": Kind.ID_NUMBER,
    "name": Kind.NAME,
    "bank_card": Kind.BANK_CARD,
    "birth_date": Kind.BIRTH,
    "plate": Kind.PLATE,
}
"""Kinds that both a field of a flow and a source in the code can be told by."""


@rule(
    "BRD020",
    Area.BORDER,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.39", "pipl.55"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.WEEKS,
)
def code_sends_where_no_flow_leads(source: SourceEvidence, flows: Flows) -> Iterator[Finding]:
    """The code sends personal data to a host abroad that no declared flow names.

    The list of flows is what people were told, what was assessed and what was filed. What leaves beside it has none
    of the three.

    Found: data of the kind "{kind}" goes to {host} by `{api}`; no declared flow names this host.

    Way out: Stop it, or declare the flow with its recipient, host, fields and mechanism before it goes on.
    """
    declared = _hosts(flows)
    for program in source.programs:
        for one in _abroad(program):
            if suffix(bare(one.host), declared) is None:
                yield told(program, one, host=one.host)


@rule(
    "BRD021",
    Area.BORDER,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.39", "ndsmr.38"),
    owner=Owner.HEADQUARTERS,
    effort=Effort.DAYS,
)
def code_sends_what_the_flow_does_not_name(source: SourceEvidence, flows: Flows) -> Iterator[Finding]:
    """The code sends a field to a recipient abroad that the declared flow does not name.

    Consent, assessment and filing cover the fields that were written down. One more field is another transfer.

    Found: data of the kind "{kind}" goes to {host} by `{api}`; {flow} names {fields}.

    Way out: Take the field out of the call, or add it to the flow, to the notice and to the assessment first.
    """
    for program in source.programs:
        for one in _sent(program):
            kind = KINDS.get(one.label.kind)
            for flow in flows.listed if kind is not None else ():
                named = flow.fields and suffix(bare(one.host), _bare(flow)) is not None
                if named and not any(kind in kinds_of_name(field) for field in flow.fields):
                    yield told(program, one, host=one.host, flow=flow.name, fields=", ".join(flow.fields))


@rule(
    "BRD022",
    Area.BORDER,
    Tag.LAW,
    Effect.ILLEGAL,
    requirements=("pipl.38", "pipl.39"),
    owner=Owner.PLATFORM,
    effort=Effort.DAYS,
)
def log_knows_a_host_abroad_that_no_flow_names(egress: EgressLog, flows: Flows) -> Iterator[Finding]:
    """The log of outgoing calls knows a host abroad that no declared flow names.

    A declaration says what people mean to do; the log says what machines do. What goes there may hold no personal
    data, but somebody has to know that.

    Found: {host} was called {calls} times ({country}); no declared flow names it.

    Way out: Find the caller. Without personal data, write down why; with it, declare the flow or close the way. Let
    only declared hosts through the outgoing proxy.
    """
    declared = _hosts(flows)
    for one in egress.hosts:
        if one.abroad and suffix(one.host, declared) is None:
            facts: dict[str, Fact] = {"host": one.host, "calls": one.calls, "country": one.country or "?"}
            yield Finding(At("domain", one.host), facts, Certainty.LIKELY, key=one.host)


@rule(
    "BRD023",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.39", "ndsmr.38"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def declared_host_is_never_called(egress: EgressLog, flows: Flows) -> Iterator[Finding | Gap]:
    """A declared flow names a host that the log of outgoing calls never shows.

    Either the flow ended, and people are told of a transfer that does not happen; or the data takes another way than
    the one that was assessed.

    Found: {flow} names {host}; the log shows no call of it.

    Way out: Ask whether the flow still runs, and by which host. End it in the declaration, or correct its host.
    """
    called = frozenset(one.host for one in egress.hosts)
    for flow in flows.listed:
        if not flow.hosts and not flow.remote_access:
            yield Gap("flow_word", {"flow": flow.name, "word": "hosts"}, whole=False)
        for host in _bare(flow):
            if not any(suffix(one, (host,)) for one in called):
                yield Finding(At("flow", flow.name), {"flow": flow.name, "host": host}, Certainty.LIKELY, key=host)


@rule(
    "BRD024",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.39", "pipl.19"),
    owner=Owner.COMPLIANCE,
    effort=Effort.HALF_DAY,
)
def flow_names_what_nobody_holds(flows: Flows, schema: Schema) -> Iterator[Finding]:
    """A flow names a field that no table holds.

    A list longer than the truth informs nobody: people agree to what never happens, and the next field goes unnoticed.

    Found: {flow} names the field {field}; no column that was read holds such data.

    Way out: Take the field out of the flow, the notice and the contract; or name the table it comes from.
    """
    held = {kind for table in schema.tables for column in table.columns for kind in kinds_of_name(column.name)}
    held |= {one.kind for table in schema.tables for column in table.columns for one in column.classes}
    for flow in flows.listed:
        for field in flow.fields:
            kinds = kinds_of_name(field)
            if kinds and not kinds & held:
                yield Finding(At("flow", flow.name), {"flow": flow.name, "field": field}, Certainty.LIKELY, key=field)


@rule(
    "BRD025",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.38", "ndsmr.38"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAYS,
)
def contract_does_not_name_the_recipient(flows: Flows, contracts: ContractTexts) -> Iterator[Finding]:
    """No contract that was read names the recipient of a flow.

    A standard contract binds the company that signed it. Another company of the group, an agency or a cloud needs a
    contract of its own.

    Found: {flow} goes to {recipient}; none of {count} contracts names it.

    Way out: Sign with the company that receives, or correct the recipient of the flow.
    """
    for flow in flows.listed:
        if not (flow.mechanism or "").startswith("exempt:") and not contracts.naming(flow.recipient):
            facts: dict[str, Fact] = {"flow": flow.name, "recipient": flow.recipient, "count": len(contracts.files)}
            yield Finding(At("flow", flow.name), facts, Certainty.LIKELY, key=flow.recipient)


@rule(
    "BRD026",
    Area.BORDER,
    Tag.LAW,
    Effect.RISKY,
    requirements=("pipl.39", "ndsmr.38"),
    owner=Owner.COMPLIANCE,
    effort=Effort.DAY,
)
def contract_does_not_name_the_field(flows: Flows, contracts: ContractTexts) -> Iterator[Finding | Gap]:
    """The contract with the recipient does not speak of a field that the flow sends.

    The annex of a standard contract lists the kinds of data. What it does not list is not covered by it.

    Found: {flow} sends {field}; {contract} does not speak of it.

    Way out: Add the kind of data to the annex and file the change, or stop sending it.
    """
    for flow in flows.listed:
        texts = contracts.naming(flow.recipient)
        for field in flow.fields if texts else ():
            said = [mentions(one.text, field) for one in texts]
            if not any(said) and None not in said:
                facts = {"flow": flow.name, "field": field, "contract": texts[0].path}
                yield Finding(InFile(texts[0].path), facts, Certainty.LIKELY, key=f"{flow.name} {field}")
            elif not any(said):
                yield Gap("field_word", {"flow": flow.name, "field": field}, whole=False)


def _hosts(flows: Flows) -> frozenset[str]:
    return frozenset(host for flow in flows.listed for host in _bare(flow))


def _bare(flow: Flow) -> tuple[str, ...]:
    return tuple(bare(host) for host in flow.hosts)


def _sent(program: Program) -> Iterator[Way]:
    """Requests with personal data, once for each host and kind."""
    seen: set[tuple[str, str]] = set()
    for one in program.flows:
        key = (one.host, one.label.kind)
        if one.sink.kind == "request" and key not in seen:
            seen.add(key)
            yield one


def _abroad(program: Program) -> Iterator[Way]:
    return (one for one in _sent(program) if is_abroad(bare(one.host)))
