"""Jobs carry ids, never persons."""

from __future__ import annotations

import pytest

from yumen.kit.jobs import NotIds, Scalar
from yumen.kit.jobs.arguments import check


@pytest.mark.parametrize(
    "value",
    [
        "13800138000",
        "+86 138 0013 8000",
        "tel:19912345678",
        13_800_138_000,
        "oGZUI0egBJY1zhBYw2KhdUfwVJJE",
        "openid=o6_bmasdasdsad6_2sgVt7hMZOPfL",
        "11010519491231002X",
        "someone@velvet.example",
        "王小明",
        "x" * 201,
    ],
)
def test_what_looks_like_a_person_is_refused_and_not_repeated(value: Scalar) -> None:
    with pytest.raises(NotIds) as refused:
        check("greet", {"who": value})
    assert "greet: argument who" in str(refused.value)
    assert str(value) not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    [
        "sub_01m8asg0jt33k71qjdsty2vfdz",
        1,
        42_000_000_000_000,
        "consent.given",
        None,
        True,
        "2026-11-25T08:00:00+08:00",
        "1795639875000",
    ],
)
def test_ids_codes_times_and_numbers_are_accepted(value: Scalar) -> None:
    check("greet", {"what": value})


@pytest.mark.parametrize("value", [1.5, b"x", ["a"], {"a": 1}])
def test_anything_but_scalars_is_refused(value: object) -> None:
    with pytest.raises(NotIds, match="argument what is a"):
        check("greet", {"what": value})  # type: ignore[dict-item]


def test_a_crowd_of_arguments_is_refused() -> None:
    with pytest.raises(NotIds, match="more than 20"):
        check("greet", {f"a{number}": number for number in range(21)})
