"""One call of the public API as an endpoint sees it, and what an endpoint answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from yumen.sandbox.hubspot.filing import find_kind
from yumen.sandbox.hubspot.records import App, Kind
from yumen.sandbox.hubspot.refusals import Refusal, bad_request
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.crm_gate import CrmCall, object_of


@dataclass(slots=True)
class Reply:
    """What an endpoint says."""

    body: Any = None
    status: int = 200


@dataclass(slots=True)
class Call(CrmCall[World]):
    """A call, and once admitted its app."""

    app: App | None = None
    by_oauth: bool = False

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises Refusal (400)."""
        value = object_of(self.body)
        if value is None:
            raise bad_request("Invalid input JSON: Unexpected character or end of input: an object is expected")
        return value

    def several(self, name: str) -> list[str]:
        """A repeated or comma-separated value of the query."""
        _, _, text = self.request.target.partition("?")
        found = parse_qs(text, max_num_fields=1000).get(name, [])
        return [part for value in found for part in value.split(",") if part]

    def kind(self) -> Kind:
        """The object type of the path. Raises Refusal (400)."""
        name = self.part("object")
        kind = find_kind(self.world, name)
        if kind is None:
            raise Refusal(400, "VALIDATION_ERROR", f"Unable to infer object type from: {name}")
        return kind

    def inputs(self, limit: int = 100) -> list[dict[str, Any]]:
        """The inputs of a batch. Raises Refusal (400 for the whole call)."""
        inputs = self.json().get("inputs")
        if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
            raise bad_request("Invalid input JSON: inputs must be a list of objects")
        if not inputs:
            raise bad_request("Invalid input JSON: inputs must not be empty")
        if len(inputs) > limit:
            raise bad_request(f"The maximum number of inputs supported in a batch request for property history reads "
                              f"is {limit}" if limit != 100 else "The maximum number of inputs supported in a batch "
                              "request is 100")  # fmt: skip
        return inputs
