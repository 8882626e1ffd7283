"""A lawyer reads what a new version of a contract says otherwise."""

from tests.unit.border.samples import draft, line
from yumen.border.difference import diff, say


def test_what_changed_is_said_with_both_values_in_both_languages() -> None:
    new = draft(version=2, retention={"days": 1095}, recipient={"role": "processor"})
    assert diff(draft(), new, "en") == [
        "Changed: Version: 1 → 2",
        "Changed: Recipient · Role: decides for itself → acts on our word",
        "Changed: Kept abroad · Days: 730 → 1095",
    ]
    assert "变更：境外保存 · 天数：730 → 1095" in diff(draft(), new, "zh")


def test_a_field_more_and_a_field_less_are_said() -> None:
    old = draft(lines=[line("member.card.number", "Member_No"), line("member.phone.phone", "Phone", "hash")])
    new = draft(lines=[line("member.card.number", "Member_No"), line("sale.parcel.address", "City", "mask", keep=2)])
    assert diff(old, new, "en") == [
        "New: Field “City” · From the data map: sale.parcel.address",
        "New: Field “City” · Changed by: masked",
        "New: Field “City” · Last characters kept: 2",
        "No longer: Field “Phone” · From the data map: member.phone.phone",
        "No longer: Field “Phone” · Changed by: hashed with the recipient's salt",
    ]


def test_the_order_of_the_fields_says_nothing() -> None:
    lines = [line("member.card.number", "Member_No"), line("member.phone.phone", "Phone", "hash")]
    assert diff(draft(lines=lines), draft(lines=lines[::-1]), "en") == []


def test_a_first_version_is_all_new_and_says_everything() -> None:
    assert len(diff(None, draft(), "en")) == len(say(draft(), "en"))
    assert all(said.startswith("New: ") for said in diff(None, draft(), "en"))


def test_every_statement_has_its_words() -> None:
    full = draft(
        onward=[{"id": "m", "sender": "hq", "legal_name": "M", "country": "US", "purpose": "mail"}],
        mechanism={"zone": "shanghai", "filing": "x", "valid_from": "2026-01-01", "valid_until": "2027-01-01"},
        lines=[line("member.card.points", "P", "bucket", edges=[1, 2], keep=1, group_min=3)],
    )
    for language in ("en", "zh"):
        assert not [said for said in say(full, language) if "contract." in said]
