"""The matrix shows for every route who may, and that nobody may where no line is declared."""

from yumen.security.access.matrix import Route, render_matrix
from yumen.security.access.policies import parse

TABLE = parse("""
roles = ["shopper", "compliance"]
[phone]
bind = ["shopper"]
[approvals]
"keys.rotate_root" = ["compliance"]
""")


def test_each_route_is_one_line_sorted_by_path() -> None:
    matrix = render_matrix(
        [Route("/v1/z", "GET"), Route("/v1/phone", "POST", "phone", "bind"), Route("/v1/z", "GET")], TABLE, "en"
    )
    assert matrix.splitlines()[:4] == [
        "| Route | Line of the table | shopper | compliance |",
        "| --- | --- | :-: | :-: |",
        "| `POST /v1/phone` | phone.bind | ✓ | · |",
        "| `GET /v1/z` | . | · | · |",
    ]


def test_the_approvers_follow() -> None:
    assert "| 轮换根密钥 (`keys.rotate_root`) | 合规 |" in render_matrix([], TABLE, "zh")
