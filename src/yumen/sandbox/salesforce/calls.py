"""One call of the public API as an endpoint sees it, and what an endpoint answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yumen.sandbox.kit.crm_gate import CrmCall, object_of
from yumen.sandbox.salesforce.judging import Judge
from yumen.sandbox.salesforce.records import Session
from yumen.sandbox.salesforce.refusals import Refusal
from yumen.sandbox.salesforce.world import World


@dataclass(slots=True)
class Reply:
    """What an endpoint says: JSON, or bytes of another kind."""

    body: Any = None
    status: int = 200
    kind: str = "application/json;charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Call(CrmCall[World]):
    """A call below a version, and once admitted its session."""

    version: str = ""
    session: Session | None = None

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises Refusal (400 JSON_PARSER_ERROR)."""
        value = object_of(self.body)
        if value is None:
            raise Refusal(400, "JSON_PARSER_ERROR", "The body is no JSON object, or ends too early")
        return value

    def judge(self) -> Judge:
        """Who judges this call's records."""
        rule = self.request.headers.get("sforce-duplicate-rule-header", "").replace(" ", "").lower()
        return Judge(self.world, allow_save="allowsave=true" in rule, refuse_record=self.course.refuse_record)
