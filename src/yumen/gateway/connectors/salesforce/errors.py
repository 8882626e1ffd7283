"""What Salesforce's codes mean: on one record, and on a whole call.

On a record most faults want people; locks, metering and load pass. Source: REST API Developer Guide, "Status Codes and
Error Responses"; SOAP API Developer Guide, "StatusCode" (https://developer.salesforce.com/docs).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from yumen.gateway.connectors.channel import decoded
from yumen.gateway.connectors.connector import Outcome, Record, Settled
from yumen.gateway.connectors.failures import Failure, code_of, failure_of, known, place_of
from yumen.kit.errors import NotSent
from yumen.kit.http import Answer

SYSTEM: Final = "salesforce"

PASSING: Final = frozenset(
    {
        *("UNABLE_TO_LOCK_ROW", "TXN_SECURITY_METERING_ERROR", "LIMIT_EXCEEDED", "REQUEST_LIMIT_EXCEEDED"),
        *("SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "QUERY_TIMEOUT", "PROCESSING_HALTED", "REQUEST_RUNNING_TOO_LONG"),
        *("ALL_OR_NONE_OPERATION_ROLLED_BACK", "CLIENT_NOT_ACCESSIBLE_FOR_USER", "APEX_CPU_TIME_LIMIT_EXCEEDED"),
    }
)
"""Refusals of a record that pass by themselves."""
WHOLE: Final = frozenset(
    {
        *("MALFORMED_QUERY", "JSON_PARSER_ERROR", "INVALID_FIELD", "INVALID_TYPE", "EXCEEDED_ID_LIMIT", "NOT_FOUND"),
        *("INVALID_SESSION_ID", "REQUEST_LIMIT_EXCEEDED", "API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED"),
        *("INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY", "UNKNOWN_EXCEPTION", "SERVER_UNAVAILABLE"),
        *("UNSUPPORTED_API_VERSION", "METHOD_NOT_ALLOWED", "INVALIDJOB", "INVALIDJOBSTATE", "INVALIDBATCH"),
        *("UNABLE_TO_LOCK_ROW", "INVALID_OPERATION", "INVALID_ID_FIELD", "MALFORMED_ID", "TOO_MANY_ENUM_VALUE"),
        *("FUNCTIONALITY_NOT_ENABLED", "INVALID_LOGIN", "EXCEEDED_MAX_SIZE_REQUEST", "INVALID_QUERY_FILTER_OPERATOR"),
    }
)
"""Codes of a whole call that are repeated in failures."""
_NOT_NOW: Final = {
    "REQUEST_LIMIT_EXCEEDED": "connector.quota_spent",
    "SERVER_UNAVAILABLE": "connector.throttled",
    "UNABLE_TO_LOCK_ROW": "connector.throttled",
}


class Said(msgspec.Struct):
    """One error. A call's has `errorCode`, a record's `statusCode`; the message is never read."""

    errorCode: str = ""  # noqa: N815  # Salesforce's names
    statusCode: str = ""  # noqa: N815
    fields: list[str] | None = None


class Result(msgspec.Struct):
    """What became of one record of a collection."""

    success: bool
    id: str | None = None
    errors: list[Said] = []


def refusal(answer: Answer) -> Failure:
    """The failure that an answer other than a success means."""
    said = decoded(answer.body, list[Said]) or []
    code = known(said[0].errorCode.upper() if said else "", WHOLE)
    if code in _NOT_NOW:
        return NotSent(_NOT_NOW[code], code, system=SYSTEM, status=answer.status)
    return failure_of(SYSTEM, answer.status, code)


def settled(record: Record, result: Result) -> Settled:
    """Salesforce's word on one record."""
    if result.success:
        return Settled(record.external_id, Outcome.DONE, remote_id=remote_id(result.id))
    causes = [said for said in result.errors if said.statusCode != "ALL_OR_NONE_OPERATION_ROLLED_BACK"]
    return _refused(record, causes or result.errors)


def refused_as(record: Record, code: str, place: str = "") -> Settled:
    """A record refused with that code."""
    return _refused(record, [Said(statusCode=code, fields=[place] if place else [])])


def remote_id(said: str | None) -> str:
    """A record id of 15 or 18 letters and digits, or nothing."""
    return said if said is not None and len(said) in {15, 18} and said.isascii() and said.isalnum() else ""


def _refused(record: Record, causes: Sequence[Said]) -> Settled:
    """What wants people outweighs what passes by itself."""
    lasting = [said for said in causes if said.statusCode not in PASSING]
    cause = (lasting or [*causes, Said()])[0]
    outcome = Outcome.REJECTED if lasting or not causes else Outcome.RETRY
    place = next(iter(cause.fields or ()), "")
    return Settled(record.external_id, outcome, code_of(cause.statusCode, record), place_of(place, record))
