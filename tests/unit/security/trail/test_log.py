"""What a leaf looks like, byte for byte, and what it refuses to hold."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.ids import HandlerId, SubjectId, new_id
from yumen.kit.work import Actor, ActorKind
from yumen.security.trail import LeafKind, UnfitLeafError, encode, prefix

AT = datetime(2026, 11, 25, 8, 0, 0, 123_000, UTC)
ACTOR = Actor(ActorKind.SYSTEM, "worker", HandlerId(1))
LeafKind("unit.tested", "zeta", "alpha", "codes")


def told(**facts: object) -> bytes:
    return encode("unit.tested", AT, ACTOR, SubjectId(7), facts)  # type: ignore[arg-type]


def test_a_leaf_is_one_ascii_array_with_sorted_facts_and_the_subject_last() -> None:
    assert told(zeta=1, alpha="sm4-gcm") == (
        b'["y1","unit.tested",1795593600123,"worker",1,{"alpha":"sm4-gcm","zeta":1},7]'
    )


def test_a_leaf_about_nobody_ends_in_null() -> None:
    assert encode("unit.tested", AT, ACTOR, None) == b'["y1","unit.tested",1795593600123,"worker",1,{},null]'


@given(st.integers(1, 2**62))
def test_what_sql_adds_by_concatenation_equals_what_the_encoder_writes(subject: int) -> None:
    concatenated = prefix("unit.tested", AT, ACTOR, {"alpha": 5}) + str(subject).encode() + b"]"
    assert concatenated == encode("unit.tested", AT, ACTOR, SubjectId(subject), {"alpha": 5})


def test_ids_codes_hashes_and_short_lists_are_fit() -> None:
    notice, digest = new_id("ntc"), "0f" * 32
    body = json.loads(told(zeta=notice, alpha=digest, codes=["sale.basic", "v2026-11-25"]))
    assert body[5] == {"alpha": digest, "codes": ["sale.basic", "v2026-11-25"], "zeta": notice}


@pytest.mark.parametrize(
    "value",
    [
        "13800138000",
        13_800_138_000,
        8_613_800_138_000,
        "+8613800138000",
        "tel-138-0013-8000",
        "oGZUI0egBJY1zhBYw2KhdUfwVJJE",
        "ogzui0egbjy1zhbyw2khdufwvjje",
        "o6_bmjrptlm6_2sgvt7hmzopfl2m",
        "玉门",
        "Wang Xiaoming",
        "wang@example.com",
        "",
        "a" * 65,
        "110101199003078515",
        2**53,
        1.5,
        b"bytes",
        {"a": 1},
        ["ok", "13800138000"],
        ["many"] * 17,
        "line\nbreak",
        "203.0.113.7",
    ],
)
def test_what_may_name_a_person_is_refused(value: object) -> None:
    with pytest.raises(UnfitLeafError):
        told(alpha=value)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_no_mainland_mobile_number_gets_in(phone: str) -> None:
    for value in (phone, int(phone), f"p{phone}", f"86{phone}"):
        with pytest.raises(UnfitLeafError):
            told(alpha=value)


def test_undeclared_kinds_and_facts_are_refused() -> None:
    with pytest.raises(UnfitLeafError, match="not declared"):
        encode("unit.unheard", AT, ACTOR, None)
    with pytest.raises(UnfitLeafError, match="no fact beta"):
        told(beta=1)


def test_an_actor_with_a_name_is_refused() -> None:
    with pytest.raises(UnfitLeafError, match="actor"):
        encode("unit.tested", AT, Actor(ActorKind.STAFF, "王小明", HandlerId(1)), None)


def test_a_leaf_is_bounded() -> None:
    with pytest.raises(UnfitLeafError, match="longer"):
        told(alpha=["a" * 64] * 16)


def test_one_kind_is_declared_with_one_set_of_facts() -> None:
    assert LeafKind("unit.tested", "alpha", "codes", "zeta").facts == {"alpha", "codes", "zeta"}
    with pytest.raises(ValueError, match="other facts"):
        LeafKind("unit.tested", "alpha")
    with pytest.raises(ValueError, match="no code"):
        LeafKind("Unit")
