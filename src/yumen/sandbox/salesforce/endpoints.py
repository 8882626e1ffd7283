"""The table of simulated endpoints below `/services/data/vXX.X`: method, path, what answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from yumen.sandbox.salesforce import batches, bulk, describing, querying, single
from yumen.sandbox.salesforce.allocation import limits
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.composite import composite
from yumen.sandbox.salesforce.describing import check_version
from yumen.sandbox.salesforce.reading import API
from yumen.sandbox.salesforce.refusals import NOT_FOUND_URL, Refusal

Endpoint = Callable[[Call], Reply]
_ROUTES: Final[tuple[tuple[str, str, Endpoint], ...]] = (
    ("GET", "", describing.resources),
    ("GET", "limits", limits),
    ("GET", "sobjects", describing.objects),
    ("GET", "sobjects/{object}", describing.object_info),
    ("POST", "sobjects/{object}", single.create),
    ("GET", "sobjects/{object}/describe", describing.describe),
    ("GET", "sobjects/{object}/deleted", querying.deleted),
    ("GET", "sobjects/{object}/updated", querying.updated),
    ("GET", "sobjects/{object}/{id}", single.read),
    ("PATCH", "sobjects/{object}/{id}", single.update),
    ("DELETE", "sobjects/{object}/{id}", single.delete),
    ("GET", "sobjects/{object}/{field}/{value}", single.read_by_key),
    ("PATCH", "sobjects/{object}/{field}/{value}", single.upsert),
    ("DELETE", "sobjects/{object}/{field}/{value}", single.delete_by_key),
    ("POST", "composite", lambda call: composite(call, answer)),
    ("POST", "composite/sobjects", batches.create),
    ("PATCH", "composite/sobjects", batches.update),
    ("DELETE", "composite/sobjects", batches.delete),
    ("GET", "composite/sobjects/{object}", batches.retrieve),
    ("POST", "composite/sobjects/{object}", batches.retrieve),
    ("PATCH", "composite/sobjects/{object}/{field}", batches.upsert),
    ("GET", "query", querying.query),
    ("GET", "queryAll", querying.query_all),
    ("GET", "query/{locator}", querying.query_more),
    ("GET", "queryAll/{locator}", querying.query_more),
    ("GET", "jobs/ingest", bulk.list_jobs),
    ("POST", "jobs/ingest", bulk.create),
    ("GET", "jobs/ingest/{job}", bulk.show),
    ("PATCH", "jobs/ingest/{job}", bulk.change_state),
    ("DELETE", "jobs/ingest/{job}", bulk.delete),
    ("PUT", "jobs/ingest/{job}/batches", bulk.upload),
    ("GET", "jobs/ingest/{job}/successfulResults", bulk.successful),
    ("GET", "jobs/ingest/{job}/failedResults", bulk.failed),
    ("GET", "jobs/ingest/{job}/unprocessedrecords", bulk.unprocessed),
)


def _table() -> Mapping[int, list[tuple[str, list[str], Endpoint]]]:
    table: dict[int, list[tuple[str, list[str], Endpoint]]] = {}
    for method, path, endpoint in _ROUTES:
        segments = path.split("/")
        table.setdefault(len(segments), []).append((method, segments, endpoint))
    return table


_BY_LENGTH: Final = _table()


def answer(call: Call) -> Reply:
    """Find the endpoint of a call below a version, and run it. Raises Refusal."""
    version, _, rest = call.request.path.removeprefix(API).partition("/")
    check_version(version)
    call.version = version
    segments = rest.rstrip("/").split("/")
    path_known = False
    for method, pattern, endpoint in _BY_LENGTH.get(len(segments), []):
        parts = _match(pattern, segments)
        if parts is None:
            continue
        if method == call.request.method or (method == "GET" and call.request.method == "HEAD"):
            call.parts = parts
            return endpoint(call)
        path_known = True
    if path_known:
        words = f"HTTP Method '{call.request.method}' not allowed."
        raise Refusal(405, "METHOD_NOT_ALLOWED", words)
    raise Refusal(404, "NOT_FOUND", NOT_FOUND_URL)


def _match(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    parts: dict[str, str] = {}
    for wanted, segment in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            parts[wanted[1:-1]] = segment
        elif wanted.lower() != segment.lower():
            return None
    return parts
