"""A contract is known by the SM3 of its canonical form."""

from tests.unit.border.samples import WRITTEN, contract, draft, line
from yumen.border.contract import from_canonical
from yumen.border.reading import read


def test_a_comment_and_another_layout_change_nothing() -> None:
    other = "# for the lawyers\n" + WRITTEN.replace('id = "members-crm"\nversion = 1', "version=1\nid='members-crm'")
    assert read(other.encode()).hash() == read(WRITTEN.encode()).hash()


def test_every_word_that_counts_changes_the_hash() -> None:
    hashes = {
        draft().hash(),
        draft(version=2).hash(),
        draft(recipient={"contact": "other@velvet.example"}).hash(),
        draft(retention={"days": 731}).hash(),
        draft(lines=[line("member.card.number", "Member_No")]).hash(),
    }
    assert len(hashes) == 5
    assert {len(hash_) for hash_ in hashes} == {32}


def test_the_canonical_form_is_read_back() -> None:
    assert from_canonical(draft().canonical()) == draft()


def test_hong_kong_is_abroad_and_the_mainland_is_not() -> None:
    assert contract(recipient={"country": "HK"}).leaves_the_mainland
    assert not contract(
        recipient={"country": "CN"}, mechanism={"kind": "domestic", "exemption": None}
    ).leaves_the_mainland


def test_a_hashed_sensitive_field_is_still_sensitive() -> None:
    lines = [line("member.card.number", "Member_No"), line("member.detail.skin", "Skin", "hash")]
    filed = {"kind": "standard_contract", "exemption": None, "filing": "SH-1", "valid_from": "2026-01-01"}
    one = contract(lines=lines, mechanism=filed, persons_a_year=500)
    assert (one.sensitive, one.general, one.personal) == (True, True, True)


def test_an_aggregate_is_about_nobody() -> None:
    assert not contract(lines=[line("member.card.points", "Points", "aggregate", group_min=20)]).personal
