"""What goes out, what comes back, and what is measured of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

IDEMPOTENT: Final = frozenset({"GET", "HEAD", "PUT", "DELETE"})
ANSWER_MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `also_at` are origins (`https://api2.example.cn`) that serve the same, tried on connection failure.

    `idempotent` says whether it may be sent again when nobody knows what became of it; left out, the method decides.
    `public_only` is for an URL that a user supplied: the name is resolved once, every address must be a public one,
    and the connection goes to the address that was judged. `verbatim` is for an URL that is signed: already
    percent-encoded, it goes out byte for byte. `sink` takes the body of a 2xx answer piece by piece, for what is too
    long for memory; such a request is sent once, and the body of its answer is empty.
    """

    method: Method
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    also_at: tuple[str, ...] = ()
    idempotent: bool | None = None
    public_only: bool = False
    follow_redirects: bool = False
    verbatim: bool = False
    sink: Callable[[bytes], object] | None = None
    deadline_s: float = 10.0
    connect_s: float = 3.0
    attempts_max: int = 3
    answer_max_bytes: int = ANSWER_MAX_BYTES

    @property
    def may_repeat(self) -> bool:
        if self.sink is not None:
            return False
        return self.method in IDEMPOTENT if self.idempotent is None else self.idempotent


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status. Header names are in lower case; of a repeated one the last counts."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """One attempt as statistics see it. `outcome` is the status or the failure's code."""

    host: str
    method: str
    outcome: str
    elapsed_s: float
    attempt: int


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """How this process reaches the outside. `proxy_url` is a forward proxy, `ca_bundle` a PEM file to trust instead.

    `deaf_max_s`: a connection breaks off when the other end acknowledges nothing of what was sent for so long (Linux
    only; None leaves it to the system, which gives up after a quarter of an hour).
    """

    proxy_url: str | None = None
    ca_bundle: Path | None = None
    connections_max: int = 100
    connections_per_host_max: int = 50
    circuit_failures_max: int = 8
    circuit_open_s: float = 5.0
    deaf_max_s: float | None = None
    user_agent: str = "yumen"
