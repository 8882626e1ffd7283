"""What HubSpot's refusals mean: of a whole call, and of one record in a 207. Decided on status, category and policy.

Source: developers.hubspot.com, "Error handling" and "API usage guidelines and limits".
"""

from __future__ import annotations

from typing import Final

import msgspec

from yumen.gateway.connectors.channel import decoded
from yumen.gateway.connectors.connector import Outcome, Record, Settled
from yumen.gateway.connectors.failures import Failure, code_of, failure_of, known, place_of, retry_after_s
from yumen.gateway.connectors.hubspot.account import SYSTEM
from yumen.kit.errors import NotSent
from yumen.kit.http import Answer

CATEGORIES: Final = frozenset(
    {
        *("VALIDATION_ERROR", "OBJECT_NOT_FOUND", "CONFLICT", "MISSING_SCOPES", "RATE_LIMITS", "RATE_LIMIT"),
        *("INVALID_AUTHENTICATION", "EXPIRED_AUTHENTICATION", "BANNED", "FORBIDDEN", "BAD_REQUEST", "UNAUTHORIZED"),
        *("INTERNAL_ERROR", "DUPLICATE", "BAD_REFRESH_TOKEN", "BAD_CLIENT_SECRET", "BAD_CLIENT_ID", "LOCKED"),
        *("INVALID_GRANT", "INVALID_CLIENT", "UNAUTHORIZED_CLIENT", "UNSUPPORTED_GRANT_TYPE", "INVALID_REQUEST"),
        *("PAYMENT_REQUIRED", "GATEWAY_TIMEOUT", "TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY", "INVALID_PARAMETER"),
    }
)
"""Categories and policies that are repeated in failures."""
PASSING: Final = frozenset({"RATE_LIMITS", "RATE_LIMIT", "INTERNAL_ERROR", "LOCKED", "GATEWAY_TIMEOUT", "TIMEOUT"})
"""Refusals of a record that pass by themselves."""
POLICY_S: Final = {"TEN_SECONDLY_ROLLING": 10, "SECONDLY": 1, "DAILY": 900}
"""How long to leave HubSpot alone after a 429. The day ends at midnight of the account's own time zone, which no answer
names; so the day's policy is tried again every quarter of an hour."""
DAILY: Final = "DAILY"
LOCKED_S: Final = 2


class Detail(msgspec.Struct):
    """An entry of `errors` inside an error."""

    code: str = ""
    place: str = msgspec.field(name="in", default="")
    context: dict[str, list[str]] | None = None


class Said(msgspec.Struct, rename="camel"):
    """An error, of a call or of one record. Every field is optional; the message is never read."""

    status: str = ""
    category: str = ""
    error_type: str = ""
    policy_name: str = ""
    context: dict[str, list[str]] | None = None
    errors: list[Detail] | None = None


def refusal(answer: Answer) -> Failure:
    """The failure that an answer other than a success means."""
    said = decoded(answer.body, Said) or Said()
    wait_s = retry_after_s(answer.headers)
    if answer.status == 429:
        policy = known(said.policy_name.upper(), POLICY_S)
        code = "connector.quota_spent" if policy == DAILY else "connector.throttled"
        wait_s = wait_s or POLICY_S.get(policy, POLICY_S["TEN_SECONDLY_ROLLING"])
        return NotSent(code, policy, system=SYSTEM, status=answer.status, retry_after_s=wait_s)
    if answer.status == 423:
        wait_s = wait_s or LOCKED_S
    return failure_of(SYSTEM, answer.status, known((said.category or said.error_type).upper(), CATEGORIES), wait_s)


def refused(record: Record, said: Said) -> Settled:
    """HubSpot's word on one record that it did not take."""
    detail = next(iter(said.errors or ()), Detail())
    outcome = Outcome.RETRY if said.category in PASSING else Outcome.REJECTED
    place = _first(detail.context, "propertyName") or _first(said.context, "propertyName") or detail.place
    code = code_of(detail.code or said.category, record)
    return Settled(record.external_id, outcome, code, place_of(place.removeprefix("properties/"), record))


def _first(context: dict[str, list[str]] | None, name: str) -> str:
    return next(iter((context or {}).get(name, ())), "")
