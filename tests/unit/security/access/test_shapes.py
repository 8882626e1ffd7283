"""What the staff routes take is bounded, and unknown fields are refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from yumen.security.access.shapes import AdmitBody, GrantBody, IssueBody, ProposeBody, RotateBody

APPROVAL = "apr_" + "0" * 26
ACTOR = "stf_" + "0" * 26


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (AdmitBody, {"kind": "owner", "name": "Lin"}),
        (AdmitBody, {"kind": "staff", "name": ""}),
        (AdmitBody, {"kind": "staff", "name": "Lin", "roles": ["operator"]}),
        (GrantBody, {"roles": ["Operator"], "approval_id": APPROVAL}),
        (GrantBody, {"roles": ["operator"] * 9, "approval_id": APPROVAL}),
        (IssueBody, {"actor_id": "sub_" + "0" * 26, "roles": ["support"], "days": 30}),
        (IssueBody, {"actor_id": ACTOR, "roles": [], "days": 30}),
        (IssueBody, {"actor_id": ACTOR, "roles": ["support"], "days": 400}),
        (RotateBody, {"days": 30, "overlap_hours": 73}),
        (ProposeBody, {"act": "Keys", "facts": {}}),
        (ProposeBody, {"act": "keys.destroy_epoch", "facts": {"epoch": {"nested": 1}}}),
    ],
)
def test_what_does_not_fit_is_refused(kind: type[Any], body: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, kind)


def test_what_fits_is_taken() -> None:
    assert msgspec.convert({"actor_id": ACTOR, "roles": ["support"], "days": 30}, IssueBody).approval_id is None
    assert msgspec.convert({"days": 30}, RotateBody).overlap_hours == 24
