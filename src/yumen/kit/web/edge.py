"""What a route is given: who asks, in which language, and the units of work it may open.

Default deny: a route without `allow(resource, action)` is refused, and so is a caller whose roles the access table
does not name for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from litestar.connection import ASGIConnection, Request
from litestar.handlers import BaseRouteHandler

from yumen.kit.db import Role
from yumen.kit.errors import Code
from yumen.kit.i18n import Language, negotiate
from yumen.kit.ids import AppKey, SubjectId
from yumen.kit.web import idempotency
from yumen.kit.web.addresses import peer
from yumen.kit.web.rates import EXCEEDED, Rates
from yumen.kit.work import Actor, UnitOfWork, Work

T = TypeVar("T")
Outcome = Mapping[str, str | int | None]
Connection = ASGIConnection[Any, Any, Any, Any]
Asked = Request[Any, Any, Any]

AUTH_MISSING: Final = Code("auth.missing", 401)
AUTH_INVALID: Final = Code("auth.invalid", 401)
DENIED: Final = Code("access.denied", 403)

TOKEN_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Caller:
    """Who was recognised: the actor, the roles, and for a shopper the subject, app and session."""

    actor: Actor
    roles: tuple[str, ...]
    subject: SubjectId | None = None
    app: AppKey | None = None
    session: str | None = None


class Guarded(Protocol):
    """What an edge needs to know from above the kit: who a token belongs to, and what the access table says."""

    async def recognise(self, work: Work, token: str) -> Caller | None: ...

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool: ...


VISITOR: Final = ("visitor",)
"""The roles of a caller without a token."""


CONSUMES: Final = "consumes"
FORM: Final = "form"
BULK: Final = "bulk"
"""In the `opt` of a route: it takes a file or masses, hence a longer body than others."""
OPEN: Final = "open_to_anybody"
"""In the `opt` of a route: no door before it (health, and the description of the edge)."""


def allow(resource: str, action: str, *consumes: str, form: str = "", bulk: bool = False) -> dict[str, Any]:
    """Declare which line of the access table a route stands on; goes into the handler's `opt`.

    For the OpenAPI document: `consumes` names the media types of a route that reads its body as bytes, `form` the file
    of a form that it takes as well. Such a route takes longer bodies than others, and so does one of `bulk` records.
    """
    declared: dict[str, Any] = {"allow": (resource, action)}
    if consumes:
        declared |= {CONSUMES: consumes, FORM: form}
    return declared | {BULK: True} if consumes or bulk else declared


class Edge:
    """One request, as its route sees it."""

    __slots__ = ("_caller", "_connection", "_work", "token")

    def __init__(self, connection: Asked, work: Work, caller: Caller | None, token: str | None) -> None:
        self._connection = connection
        self._work = work
        self._caller = caller
        self.token = token

    @property
    def caller(self) -> Caller:
        if self._caller is None:
            raise AUTH_MISSING()
        return self._caller

    @property
    def actor(self) -> Actor:
        return self.caller.actor

    @property
    def subject(self) -> SubjectId:
        """The shopper who asks; anyone else is refused."""
        subject = self.caller.subject
        if subject is None:
            raise DENIED()
        return subject

    @property
    def app(self) -> AppKey:
        app = self.caller.app
        if app is None:
            raise DENIED()
        return app

    @property
    def session(self) -> str | None:
        return self.caller.session

    @property
    def language(self) -> Language:
        return language_of(self._connection)

    @property
    def address(self) -> str:
        """The peer's address, shortened to its network."""
        return peer(self._connection.scope).shortened

    @property
    def idempotency_key(self) -> str | None:
        """The caller's Idempotency-Key, checked for shape. Raises `idempotency.key_invalid`."""
        return idempotency.key_of(self._connection.headers.get("idempotency-key"))

    @property
    def work(self) -> Work:
        """For a story of several units with the network between them."""
        return self._work

    def use(self, kind: type[T]) -> T:
        """The wired service of that kind."""
        return self._work.use(kind)

    def unit(
        self, actor: Actor | None = None, role: Role = Role.APP, *, pipelined: bool = False
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a unit of work for the caller; leaving the block commits it. `pipelined` as in `Work.begin`."""
        return self._work.begin(actor or self.actor, role, pipelined=pipelined)

    async def earlier(self) -> Outcome | None:
        """The outcome stored under the caller's Idempotency-Key, if the same request was already answered."""
        key = self.idempotency_key
        if key is None:
            return None
        request = await self._request(key)
        async with self.unit(pipelined=True) as uow:
            return await idempotency.find(uow, request)

    async def once(self, story: Callable[[UnitOfWork], Awaitable[Outcome]], *, pipelined: bool = False) -> Outcome:
        """Run a story in one unit of work, at most once for each Idempotency-Key; a repeat gets the first outcome."""
        key = self.idempotency_key
        if key is None:
            async with self.unit(pipelined=pipelined) as uow:
                return await story(uow)
        request = await self._request(key)
        async with self.unit(pipelined=pipelined) as uow:
            earlier = await idempotency.claim(uow, request)
            if earlier is not None:
                return earlier
            outcome = await story(uow)
            await idempotency.settle(uow, request, outcome)
            return outcome

    async def request(self) -> idempotency.Request | None:
        """What the caller's Idempotency-Key stands for, for a lane that keeps the outcome itself (`keep_outcomes`)."""
        key = self.idempotency_key
        return None if key is None else await self._request(key)

    async def _request(self, key: str) -> idempotency.Request:
        body = await self._connection.body()
        target = f"{self._connection.method} {self._connection.url.path}"
        return idempotency.Request.of(self.actor, key, target, self._connection.url.query.encode() + b"\0" + body)


class Doorkeeper:
    """The guard of every route: recognise the caller, look the route up in the access table, count the request."""

    def __init__(self, guarded: Guarded, rates: Rates) -> None:
        self._guarded = guarded
        self._rates = rates

    async def __call__(self, connection: Asked, handler: BaseRouteHandler) -> None:
        """Leave an `Edge` in the state.

        Raises `auth.missing`, `auth.invalid`, `access.denied`, `rate.exceeded` or `idempotency.key_invalid`.
        """
        declared = handler.opt.get("allow")
        if declared is None:
            raise DENIED()
        resource, action = declared
        self._count(connection, "address", peer(connection.scope).counted)
        token = bearer(connection.headers.get("authorization"))
        work: Work = connection.app.state.opened.work
        caller = None
        if token is not None:
            caller = await self._guarded.recognise(work, token)
            if caller is None:
                raise AUTH_INVALID()
            self._count(connection, "actor", caller.actor.id)
        if not self._guarded.allowed(VISITOR if caller is None else caller.roles, resource, action):
            raise AUTH_MISSING() if caller is None else DENIED(resource=resource, action=action)
        idempotency.key_of(connection.headers.get("idempotency-key"))
        connection.scope["state"]["actor"] = None if caller is None else caller.actor
        connection.scope["state"]["edge"] = Edge(connection, work, caller, token)

    def _count(self, connection: Asked, kind: str, key: str) -> None:
        wait_s = self._rates.count(kind, key)
        if wait_s:
            connection.scope["state"]["retry_after_s"] = wait_s
            raise EXCEEDED(seconds=wait_s)


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header. Raises `auth.invalid` for another scheme or an over-long token."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > TOKEN_MAX or not token.isascii():
        raise AUTH_INVALID()
    return token


def language_of(connection: Connection) -> Language:
    return negotiate(connection.headers.get("accept-language"))
