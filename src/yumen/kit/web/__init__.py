"""The mechanics of an HTTP edge: who asks, may they, once only, and what went wrong as problem+json."""

from yumen.kit.web.asgi import Opened, litestar_app, web_app
from yumen.kit.web.edge import Caller, Edge, Guarded, allow
from yumen.kit.web.idempotency import Request, keep_outcomes
from yumen.kit.web.limits import Limits
from yumen.kit.web.paging import PAGE_MAX, Page

__all__ = [
    "PAGE_MAX",
    "Caller",
    "Edge",
    "Guarded",
    "Limits",
    "Opened",
    "Page",
    "Request",
    "allow",
    "keep_outcomes",
    "litestar_app",
    "web_app",
]
