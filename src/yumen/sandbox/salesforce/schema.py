"""The objects of a fresh org: the standard ones a shop sends persons to, and custom ones for orders and points."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.salesforce.records import Field, FieldType, Object

PERSON_RECORD_TYPE: Final = "0125g000000PersAAI"
BUSINESS_RECORD_TYPE: Final = "0125g000000BusiAAI"
OUR_ID: Final = "Yumen_Id__c"
OUR_VERSION: Final = "Yumen_Version__c"


def fresh_objects() -> dict[str, Object]:
    """Contact, Account (person accounts), Lead, Individual, Shop_Order__c, Loyalty_Points__c."""
    objects = (_contact(), _account(), _lead(), _individual(), _order(), _points())
    return {made.name: made for made in objects}


def system_fields() -> list[Field]:
    """What every record has and nobody writes."""
    return [
        _read_only("Id", "id"),
        _read_only("IsDeleted", "boolean"),
        _read_only("CreatedDate", "datetime"),
        _read_only("CreatedById", "reference"),
        _read_only("LastModifiedDate", "datetime"),
        _read_only("LastModifiedById", "reference"),
        _read_only("SystemModstamp", "datetime"),
        Field(name="OwnerId", type="reference", refers_to="User"),
    ]


def new_object(name: str, prefix: str, fields: list[Field], label: str = "") -> Object:
    """An object with the fields every record has."""
    every = {one.name: one for one in [*system_fields(), *fields]}
    label = label or name.removesuffix("__c").replace("_", " ")
    return Object(name=name, label=label, plural=label + "s", prefix=prefix, fields=every)


def our_fields() -> list[Field]:
    """The external id and the version that the gateway's installation page asks HQ to create."""
    return [
        Field(name=OUR_ID, length=64, external_id=True, unique=True, case_sensitive=True, indexed=True),
        Field(name=OUR_VERSION, type="double", places=(18, 0)),
        Field(name="Yumen_Consent_Reference__c", length=64),
        Field(name="Yumen_Opt_Out__c", type="boolean", default=False),
    ]


def _contact() -> Object:
    return new_object(
        "Contact",
        "003",
        [
            *_person_name(required=True),
            _read_only("Name", "string"),
            Field(name="Email", type="email", length=80, indexed=True),
            Field(name="Phone", type="phone", length=40),
            Field(name="MobilePhone", type="phone", length=40),
            Field(name="Birthdate", type="date"),
            Field(name="Title", length=128),
            *_address("Mailing"),
            Field(name="Description", type="textarea", length=32_000),
            Field(name="LeadSource", type="picklist", picklist=["Web", "Phone Inquiry", "WeChat", "Other"]),
            *_opt_outs(),
            Field(name="AccountId", type="reference", refers_to="Account", relationship="Account"),
            Field(name="IndividualId", type="reference", refers_to="Individual", relationship="Individual"),
            *_membership(),
            *our_fields(),
        ],
    )


def _account() -> Object:
    return new_object(
        "Account",
        "001",
        [
            Field(name="Name"),
            *_person_name(required=False),
            Field(name="RecordTypeId", type="reference", refers_to="RecordType"),
            _read_only("IsPersonAccount", "boolean"),
            _read_only("PersonContactId", "reference"),
            Field(name="PersonEmail", type="email", length=80, indexed=True),
            Field(name="PersonMobilePhone", type="phone", length=40),
            Field(name="PersonHomePhone", type="phone", length=40),
            Field(name="PersonBirthdate", type="date"),
            *_address("PersonMailing"),
            Field(name="PersonIndividualId", type="reference", refers_to="Individual", relationship="PersonIndividual"),
            *(_opt_out(f"Person{name}") for name in ("HasOptedOutOfEmail", "DoNotCall")),
            Field(name="Phone", type="phone", length=40),
            Field(name="Type", type="picklist", picklist=["Prospect", "Customer", "Other"]),
            Field(name="Loyalty_Tier__pc", type="picklist", picklist=list(_TIERS), restricted=True),
            *_membership(),
            *our_fields(),
        ],
    )


def _lead() -> Object:
    return new_object(
        "Lead",
        "00Q",
        [
            *_person_name(required=True),
            _read_only("Name", "string"),
            Field(name="Company", required=True),
            Field(name="Email", type="email", length=80, indexed=True),
            Field(name="Phone", type="phone", length=40),
            Field(name="MobilePhone", type="phone", length=40),
            Field(name="Status", type="picklist", picklist=["Open - Not Contacted", "Working", "Closed"]),
            Field(name="LeadSource", type="picklist", picklist=["Web", "Phone Inquiry", "WeChat", "Other"]),
            *_address(""),
            *_opt_outs(),
            Field(name="IndividualId", type="reference", refers_to="Individual", relationship="Individual"),
            *our_fields(),
        ],
    )


def _individual() -> Object:
    flags = ("CanStorePiiElsewhere", "HasOptedOutGeoTracking", "HasOptedOutProcessing", "HasOptedOutProfiling")
    more = ("HasOptedOutSolicit", "HasOptedOutTracking", "SendIndividualData", "ShouldForget")
    return new_object(
        "Individual",
        "0PK",
        [
            *_person_name(required=True),
            _read_only("Name", "string"),
            Field(name="BirthDate", type="date"),
            *(_opt_out(name) for name in flags + more),
            Field(name="IndividualsAge", type="picklist", picklist=["13 or older", "16 or older"]),
            *our_fields(),
        ],
    )


def _order() -> Object:
    return new_object(
        "Shop_Order__c",
        "a01",
        [
            Field(name="Name", length=80),
            Field(name="Contact__c", type="reference", refers_to="Contact", relationship="Contact__r"),
            Field(name="Ordered_On__c", type="date"),
            Field(name="Amount__c", type="currency", places=(16, 2)),
            Field(name="CurrencyIsoCode", type="picklist", picklist=["CNY", "EUR", "USD"], restricted=True, length=3),
            Field(name="Status__c", type="picklist", picklist=["Paid", "Shipped", "Refunded"], restricted=True),
            *our_fields(),
        ],
    )


def _points() -> Object:
    return new_object(
        "Loyalty_Points__c",
        "a02",
        [
            Field(name="Name", length=80),
            Field(name="Contact__c", type="reference", refers_to="Contact", relationship="Contact__r"),
            Field(name="Points__c", type="double", places=(12, 0), required=True),
            Field(name="Earned_On__c", type="date"),
            *our_fields(),
        ],
    )


_TIERS: Final = ("Jade", "Silver", "Gold", "Platinum")


def _membership() -> list[Field]:
    return [
        Field(name="Loyalty_Tier__c", type="picklist", picklist=list(_TIERS), restricted=True),
        Field(name="Loyalty_Points__c", type="double", places=(12, 0)),
        Field(name="Birth_Year__c", type="double", places=(4, 0)),
        Field(name="Joined_On__c", type="date"),
        Field(name="Phone_Hash__c", length=64),
    ]


def _person_name(*, required: bool) -> list[Field]:
    return [
        Field(name="Salutation", type="picklist", length=40, picklist=["Mr.", "Ms.", "Mrs.", "Dr."]),
        Field(name="FirstName", length=40),
        Field(name="LastName", length=80, required=required),
    ]


def _address(prefix: str) -> list[Field]:
    return [
        Field(name=f"{prefix}Street", type="textarea", length=255),
        Field(name=f"{prefix}City", length=40),
        Field(name=f"{prefix}State", length=80),
        Field(name=f"{prefix}PostalCode", length=20),
        Field(name=f"{prefix}Country", length=80),
    ]


def _opt_outs() -> list[Field]:
    return [_opt_out("HasOptedOutOfEmail"), _opt_out("DoNotCall")]


def _opt_out(name: str) -> Field:
    return Field(name=name, type="boolean", default=False)


def _read_only(name: str, kind: FieldType) -> Field:
    return Field(name=name, type=kind, createable=False, updateable=False)
