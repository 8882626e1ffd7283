"""A consent receipt in the shape of ISO/IEC TS 27560:2023: header, PII processing, parties, event.

Field names are those of the specification as publicly described (W3C DPV guide to 27560); values are ours. The
specification names no event for a refusal: `consent_refused` is our own. `trail` is our extension: where the leaf is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from yumen.customer.consent.notices import Notice, of_body
from yumen.customer.consent.purposes import GROUNDS
from yumen.customer.consent.store import KeptAnswer, State
from yumen.security.datamap import Kind

SCHEMA: Final = "yumen.receipt/1 (ISO/IEC TS 27560:2023)"
EVENT_STATES: Final = {
    State.GIVEN: "consent_given",
    State.REFUSED: "consent_refused",
    State.WITHDRAWN: "consent_withdrawn",
}
RIGHTS: Final = ("PIPL-15", "PIPL-44", "PIPL-45", "PIPL-46", "PIPL-47", "PIPL-48")
WITHDRAWAL: Final = "POST /v1/consents/{purpose}/withdraw"


class PiiInformation(msgspec.Struct, frozen=True):
    pii_type: str
    sensitive_pii_category: bool


class PurposeBlock(msgspec.Struct, frozen=True):
    purpose: str
    purpose_type: str
    lawful_basis: str
    pii_information: list[PiiInformation]
    pii_controllers: list[str]
    collection_method: str
    processing_method: list[str]
    storage_locations: list[str]
    retention_period: str
    jurisdiction: str
    recipient_third_parties: list[str]
    withdrawal_method: str
    privacy_rights: list[str]


class PiiProcessing(msgspec.Struct, frozen=True):
    privacy_notice: str
    privacy_notice_sm3: str
    language: str
    purposes: list[PurposeBlock]


class Party(msgspec.Struct, frozen=True):
    party_id: str
    party_name: str
    party_role: str
    party_contact: str


class Event(msgspec.Struct, frozen=True):
    event_time: datetime
    event_type: str
    event_state: str
    entity_id: str
    validity_duration: str


class TrailPlace(msgspec.Struct, frozen=True):
    """`leaf_index` is null until the sequencer has come to the leaf, within a second."""

    origin: str
    leaf_index: int | None


class Receipt(msgspec.Struct, frozen=True):
    schema_version: str
    record_id: str
    pii_principal_id: str
    pii_processing: PiiProcessing
    party_identification: list[Party]
    event: Event
    trail: TrailPlace


def receipt_of(answer: KeptAnswer, person: str, origin: str, leaf_index: int | None) -> Receipt:
    """The receipt of one answer. `person` is the outside id (`sub_…`), `origin` the trail's name."""
    notice = of_body(answer.body)
    words = notice.words(answer.language)
    return Receipt(
        schema_version=SCHEMA,
        record_id=answer.id,
        pii_principal_id=person,
        pii_processing=PiiProcessing(
            privacy_notice=f"urn:yumen:notice:{notice.purpose}:{notice.version}",
            privacy_notice_sm3=answer.notice_hash.hex(),
            language=answer.language,
            purposes=[_purpose(notice, words.title, words.recipient)],
        ),
        party_identification=_parties(words.controller, words.contact, words.recipient),
        event=Event(
            event_time=answer.answered_at,
            event_type="explicit" if answer.cause == "person" else "merge",
            event_state=EVENT_STATES[answer.state],
            entity_id=person,
            validity_duration="until_withdrawn_or_material_change",
        ),
        trail=TrailPlace(origin, leaf_index),
    )


def _purpose(notice: Notice, title: str, recipient: str) -> PurposeBlock:
    ground = GROUNDS[notice.purpose]
    article = "PIPL-13-1-1" if ground.separate is None else f"PIPL-13-1-1, PIPL-{ground.separate}"
    return PurposeBlock(
        purpose=title,
        purpose_type=notice.purpose.value,
        lawful_basis=article,
        pii_information=[_information(kind, notice) for kind in notice.kinds],
        pii_controllers=["controller"],
        collection_method="mini_program",
        processing_method=list(notice.methods),
        storage_locations=["CN"],
        retention_period=f"P{notice.keep_days}D/{notice.keep_after}",
        jurisdiction="CN",
        recipient_third_parties=[recipient] if recipient else [],
        withdrawal_method=WITHDRAWAL.replace("{purpose}", notice.purpose.value),
        privacy_rights=list(RIGHTS),
    )


def _information(kind: Kind, notice: Notice) -> PiiInformation:
    return PiiInformation(kind.value, GROUNDS[notice.purpose].separate == 29)


def _parties(controller: str, contact: str, recipient: str) -> list[Party]:
    parties = [Party("controller", controller, "pii_controller", contact)]
    if recipient:
        parties.append(Party("recipient", recipient, "third_party", ""))
    return parties
