"""Communication preferences by e-mail address, in their v4 and v3 forms: statuses, changes, unsubscribe from all."""

from __future__ import annotations

from typing import Any, Final

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.filing import API, find_live, save
from yumen.sandbox.hubspot.records import Status
from yumen.sandbox.hubspot.refusals import bad_request
from yumen.sandbox.hubspot.values import iso
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.shelf import Row

STATUSES: Final = "~statuses"
"""Shelf of subscription statuses by e-mail address."""
TYPES: Final = {"1001": "Marketing Information", "1002": "Customer Service Communication"}
BASES: Final = frozenset(
    ("LEGITIMATE_INTEREST_PQL", "LEGITIMATE_INTEREST_CLIENT", "LEGITIMATE_INTEREST_OTHER", "PERFORMANCE_OF_CONTRACT",
     "CONSENT_WITH_NOTICE", "PROCESS_AND_STORE", "NON_GDPR")
)  # fmt: skip
_STATES: Final[dict[str, Status]] = {
    "SUBSCRIBED": "SUBSCRIBED",
    "UNSUBSCRIBED": "UNSUBSCRIBED",
    "NOT_SPECIFIED": "NOT_SPECIFIED",
}


def definitions(_: Call) -> Reply:
    """`GET /communication-preferences/v3/definitions`."""
    shown = [{"id": ident, "name": name, "description": name, "purpose": "Marketing", "communicationMethod": "Email",
              "isActive": True, "isDefault": True, "isInternal": False, "createdAt": iso(0), "updatedAt": iso(0)}
             for ident, name in TYPES.items()]  # fmt: skip
    return Reply({"subscriptionDefinitions": shown})


def statuses(call: Call) -> Reply:
    """`GET /communication-preferences/v4/statuses/{email}`."""
    email = call.part("email").lower()
    return Reply(_batch(call, [_v4(call, email, ident) for ident in TYPES]))


def set_status(call: Call) -> Reply:
    """`POST /communication-preferences/v4/statuses/{email}`."""
    email, body = call.part("email").lower(), call.json()
    ident, state = str(body.get("subscriptionId", "")), _STATES.get(str(body.get("statusState")))
    if ident not in TYPES or state is None or body.get("channel", "EMAIL") != "EMAIL":
        raise bad_request("subscriptionId, statusState or channel is not known")
    _check_basis(call, body, state)
    set_state(call.world, email, ident, state, source=API)
    return Reply(_batch(call, [_v4(call, email, ident)]))


def unsubscribe_all(call: Call) -> Reply:
    """`POST /communication-preferences/v4/statuses/{email}/unsubscribe-all`."""
    email = call.part("email").lower()
    opt_out(call.world, email, source=API)
    return Reply(_batch(call, [_v4(call, email, ident) for ident in TYPES]))


def status_v3(call: Call) -> Reply:
    """`GET /communication-preferences/v3/status/email/{email}`."""
    email = call.part("email").lower()
    return Reply({"recipient": email, "subscriptionStatuses": [_v3(call, email, ident) for ident in TYPES]})


def subscribe_v3(call: Call) -> Reply:
    """`POST /communication-preferences/v3/subscribe`."""
    return _change_v3(call, "SUBSCRIBED")


def unsubscribe_v3(call: Call) -> Reply:
    """`POST /communication-preferences/v3/unsubscribe`."""
    return _change_v3(call, "UNSUBSCRIBED")


def opt_out(world: World, email: str, *, source: str) -> None:
    """Unsubscribed from everything; the contact's `hs_email_optout` says so too."""
    _keep(world, email, dict.fromkeys(TYPES, "UNSUBSCRIBED"))
    _mirror(world, email, "true", source)


def set_state(world: World, email: str, ident: str, state: Status, *, source: str) -> None:
    """One subscription of one address."""
    known = {**_known(world, email), ident: state}
    _keep(world, email, known)
    _mirror(world, email, str(set(known.values()) == {"UNSUBSCRIBED"} and len(known) == len(TYPES)).lower(), source)


def _known(world: World, email: str) -> dict[str, str]:
    row = world.shelf.get(STATUSES, [email.lower()]).get(email.lower())
    return row.fields if row else {}


def _keep(world: World, email: str, statuses: dict[str, str]) -> None:
    world.shelf.put(STATUSES, Row(email.lower(), world.now(), False, dict(statuses)), {}, {})


def _mirror(world: World, email: str, value: str, source: str) -> None:
    kind = world.kinds["contacts"]
    row = find_live(world, kind, "email", [email]).get(email.lower())
    if row is not None and (row.fields.get("hs_email_optout") or "false") != value:
        values = {**row.fields, "hs_email_optout": value}
        save(world, kind, row, values, {"hs_email_optout": value}, source=source)


def _change_v3(call: Call, state: Status) -> Reply:
    body = call.json()
    email, ident = str(body.get("emailAddress", "")).lower(), str(body.get("subscriptionId", ""))
    if not email or ident not in TYPES:
        raise bad_request("emailAddress or subscriptionId is not known")
    _check_basis(call, body, state)
    set_state(call.world, email, ident, state, source=API)
    return Reply(_v3(call, email, ident))


def _check_basis(call: Call, body: dict[str, Any], state: Status) -> None:
    basis = body.get("legalBasis")
    if basis is not None and basis not in BASES:
        raise bad_request("legalBasis is not known")
    if call.world.settings.portal.data_privacy and state == "SUBSCRIBED" and not basis:
        raise bad_request("legalBasis is required when data privacy settings are on")


def _v4(call: Call, email: str, ident: str) -> dict[str, Any]:
    state = _known(call.world, email).get(ident, "NOT_SPECIFIED")
    return {
        "channel": "EMAIL",
        "subscriberIdString": email,
        "subscriptionId": int(ident),
        "subscriptionName": TYPES[ident],
        "status": state,
        "source": "API",
        "legalBasis": None,
        "legalBasisExplanation": None,
        "setStatusSuccessReason": None,
        "businessUnitId": 0,
        "timestamp": iso(call.now),
    }


def _v3(call: Call, email: str, ident: str) -> dict[str, Any]:
    state = _known(call.world, email).get(ident, "NOT_SPECIFIED")
    name = TYPES[ident]
    status = {"UNSUBSCRIBED": "NOT_SUBSCRIBED"}.get(state, state)
    return {"id": ident, "name": name, "description": name, "status": status,
            "sourceOfStatus": "SUBSCRIPTION_STATUS"}  # fmt: skip


def _batch(call: Call, results: list[Any]) -> dict[str, Any]:
    moment = iso(call.now)
    return {"status": "COMPLETE", "results": results, "startedAt": moment, "completedAt": moment}
