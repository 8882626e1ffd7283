"""What the org says of itself: versions, resources, objects and their fields."""

from __future__ import annotations

from typing import Any, Final

from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.judging import find_object
from yumen.sandbox.salesforce.reading import API
from yumen.sandbox.salesforce.records import Field, Object
from yumen.sandbox.salesforce.refusals import NOT_FOUND_URL, Refusal

OLDEST: Final = 31
NEWEST: Final = 68
_SEASONS: Final = ("Winter", "Spring", "Summer")
_SOAP: Final = {
    "id": "tns:ID", "boolean": "xsd:boolean", "int": "xsd:int", "double": "xsd:double", "currency": "xsd:double",
    "date": "xsd:date", "datetime": "xsd:dateTime", "reference": "tns:ID",
}  # fmt: skip
_ACTS: Final = (
    "createable", "updateable", "deletable", "queryable", "retrieveable", "undeletable", "searchable", "layoutable",
    "triggerable", "replicateable",
)  # fmt: skip
_TEXTS: Final = frozenset({"string", "textarea", "email", "phone", "picklist", "url"})


def versions(_: Call) -> Reply:
    """`GET /services/data`: no login, not counted."""
    shown = [{"label": label(v), "url": f"{API}{v}.0", "version": f"{v}.0"} for v in range(OLDEST, NEWEST + 1)]
    return Reply(shown)


def label(version: int) -> str:
    """62 = Winter '25, three releases a year."""
    year, season = divmod(version - 62, 3)
    return f"{_SEASONS[season]} '{25 + year:02d}"


def check_version(text: str) -> None:
    """Raises Refusal: 410 for a retired version, 404 for one that is not there."""
    number, _, minor = text.partition(".")
    if not number.isdigit() or minor != "0" or int(number) > NEWEST:
        raise Refusal(404, "NOT_FOUND", NOT_FOUND_URL)
    if int(number) < OLDEST:
        raise Refusal(410, "UNSUPPORTED_API_VERSION", f"API version {text} is no longer supported")


def resources(call: Call) -> Reply:
    """`GET /services/data/vXX.X`."""
    names = ("sobjects", "query", "queryAll", "limits", "composite", "jobs")
    return Reply({name: f"{API}{call.version}/{name}" for name in names})


def objects(call: Call) -> Reply:
    """`GET /sobjects`."""
    found = [_object_head(kind, call.version) for kind in call.world.objects.values()]
    return Reply({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": found})


def object_info(call: Call) -> Reply:
    """`GET /sobjects/{object}`: its head, and what changed last."""
    kind = find_object(call.world, call.part("object"))
    newest = call.world.shelf.newest(kind.name, 20)
    recent = [{"attributes": {"type": kind.name, "url": _place(kind, call.version) + f"/{row.id}"}, "Id": row.id}
              for row in newest if not row.gone]  # fmt: skip
    return Reply({"objectDescribe": _object_head(kind, call.version), "recentItems": recent})


def describe(call: Call) -> Reply:
    """`GET /sobjects/{object}/describe`."""
    kind = find_object(call.world, call.part("object"))
    head = _object_head(kind, call.version)
    types = []
    if kind.name == "Account":
        types = [_record_type("Business_Account", "0125g000000BusiAAI"), _record_type("PersonAccount",
                 "0125g000000PersAAI")]  # fmt: skip
    return Reply({**head, "fields": [_field(one) for one in kind.fields.values()], "recordTypeInfos": types,
                  "childRelationships": [], "supportedScopes": []})  # fmt: skip


def _record_type(name: str, ident: str) -> dict[str, Any]:
    return {"active": True, "available": True, "defaultRecordTypeMapping": False, "developerName": name,
            "master": False, "name": name.replace("_", " "), "recordTypeId": ident}  # fmt: skip


def _object_head(kind: Object, version: str) -> dict[str, Any]:
    place = _place(kind, version)
    acts = dict.fromkeys(_ACTS, True)
    urls = {"sobject": place, "describe": f"{place}/describe", "rowTemplate": f"{place}/{{ID}}"}
    return {
        "name": kind.name, "label": kind.label, "labelPlural": kind.plural, "keyPrefix": kind.prefix,
        "custom": kind.name.endswith("__c"), "customSetting": False, "deprecatedAndHidden": False, **acts,
        "urls": urls,
    }  # fmt: skip


def _place(kind: Object, version: str) -> str:
    return f"{API}{version}/sobjects/{kind.name}"


def _field(one: Field) -> dict[str, Any]:
    text = one.type in _TEXTS
    number = one.type in {"double", "currency"}
    values = [{"active": True, "defaultValue": False, "label": value, "validFor": None, "value": value}
              for value in one.picklist]  # fmt: skip
    return {
        "name": one.name,
        "label": one.label or one.name,
        "type": one.type,
        "length": one.length if text else 18 if one.type in {"id", "reference"} else 0,
        "byteLength": 3 * one.length if text else 0,
        "precision": sum(one.places) if number else 0,
        "scale": one.places[1] if number else 0,
        "digits": one.places[0] if one.type == "int" else 0,
        "nillable": not one.required and one.type != "boolean" and one.name != "Id",
        "createable": one.createable,
        "updateable": one.updateable,
        "externalId": one.external_id,
        "idLookup": one.external_id or one.name == "Id",
        "unique": one.unique,
        "caseSensitive": one.case_sensitive,
        "custom": one.name.endswith(("__c", "__pc")),
        "defaultedOnCreate": one.default is not None or not one.createable,
        "defaultValue": one.default,
        "restrictedPicklist": one.restricted,
        "picklistValues": values,
        "referenceTo": [one.refers_to] if one.refers_to else [],
        "relationshipName": one.relationship or None,
        "soapType": _SOAP.get(one.type, "xsd:string"),
        "filterable": True,
        "sortable": one.type != "textarea",
        "groupable": not number,
        "encrypted": False,
        "calculated": False,
        "autoNumber": False,
        "deprecatedAndHidden": False,
    }
