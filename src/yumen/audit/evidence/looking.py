"""Look at the named hosts, when the user asks for it: DNS, TLS handshakes, HTTP/2, the time each part took.

One HEAD a host, and a handshake for each version that is asked about. No other host is spoken to, no page is fetched
beyond its first byte, no redirect is followed.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from yumen.audit.evidence.hosts import Address, Probe, ProbeFile, Times, Tls

SECONDS_MAX: Final = 8.0
HOSTS_MAX: Final = 200
VERSIONS: Final = (
    ("1.0", ssl.TLSVersion.TLSv1),
    ("1.1", ssl.TLSVersion.TLSv1_1),
    ("1.2", ssl.TLSVersion.TLSv1_2),
    ("1.3", ssl.TLSVersion.TLSv1_3),
)


def look(hosts: Sequence[str], taken_at: datetime) -> ProbeFile:
    """The record of one look, in the format of recorded probes. `host:port` is understood; 443 by default."""
    return ProbeFile("yumen-probes/1", taken_at.isoformat(), tuple(look_at(host) for host in hosts[:HOSTS_MAX]))


def look_at(host: str) -> Probe:
    """One host. Whoever does not answer gets an error instead of facts."""
    name, _, port = host.partition(":")
    started = time.perf_counter()
    try:
        answers = socket.getaddrinfo(name, int(port or 443), type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
    except (OSError, ValueError) as failed:
        return Probe(host, error=type(failed).__name__)
    resolved = time.perf_counter()
    addresses = tuple(Address(ip) for ip in sorted({str(answer[4][0]) for answer in answers}))
    canonical = tuple(answer[3].lower() for answer in answers if answer[3])
    peer = _Peer(answers[0][0], answers[0][4], name)
    try:
        with peer.connection() as connection:
            connected = time.perf_counter()
            tls, spoken, first = _speak(connection, name)
    except (OSError, ValueError) as failed:
        return Probe(host, addresses=addresses, error=type(failed).__name__)
    versions = tuple(label for label, version in VERSIONS if _shaken(peer, version) is not None)
    times = Times(*(round(1000 * part, 1) for part in (resolved - started, connected - resolved, spoken, first)))
    return Probe(host, addresses, canonical, _with(tls, versions), _shaken(peer) == "h2", times)


class _Peer(NamedTuple):
    """Where to connect, and the name that is asked for there."""

    family: int
    address: object
    name: str

    def connection(self) -> socket.socket:
        """A connection with a limit on every step. Raises OSError."""
        made = socket.socket(self.family, socket.SOCK_STREAM)
        try:
            made.settimeout(SECONDS_MAX)
            made.connect(self.address)  # type: ignore[arg-type]
        except OSError:
            made.close()
            raise
        return made


def _with(tls: Tls, versions: tuple[str, ...]) -> Tls:
    return Tls(versions, tls.chain_ok, tls.not_after, tls.sm_certificate, tls.status_hosts)


def _speak(connection: socket.socket, name: str) -> tuple[Tls, float, float]:
    """Handshake and one HEAD by HTTP/1.1. A chain that does not verify ends the talk: that is the finding."""
    started = time.perf_counter()
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    try:
        with context.wrap_socket(connection, server_hostname=name) as talk:
            spoken = time.perf_counter()
            certificate = talk.getpeercert() or {}
            written = name.encode("ascii" if name.isascii() else "idna")
            talk.sendall(b"HEAD / HTTP/1.1\r\nHost: " + written + b"\r\nConnection: close\r\n\r\n")
            talk.recv(1)
            first = time.perf_counter()
    except ssl.SSLCertVerificationError:
        return Tls(chain_ok=False), time.perf_counter() - started, 0.0
    hosts = {_host_of(url) for key in ("OCSP", "crlDistributionPoints") for url in certificate.get(key, ())}
    tls = Tls(
        chain_ok=True, not_after=_last_day(str(certificate.get("notAfter", ""))), status_hosts=tuple(sorted(hosts))
    )
    return tls, spoken - started, first - spoken


def _shaken(peer: _Peer, version: ssl.TLSVersion | None = None) -> str | None:
    """One more handshake, in that version if one is named: the protocol agreed on (empty if none), None if refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    with contextlib.suppress(ssl.SSLError):
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # else OpenSSL itself refuses the old versions we ask about
    try:
        if version is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # asking about old versions is the point
                context.minimum_version = context.maximum_version = version
        with peer.connection() as connection, context.wrap_socket(connection, server_hostname=peer.name) as talk:
            return talk.selected_alpn_protocol() or ""
    except (OSError, ValueError):
        return None


def _last_day(said: str) -> date | None:
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(said), UTC).date()
    except ValueError:
        return None


def _host_of(url: object) -> str:
    return str(url).partition("://")[2].partition("/")[0].partition(":")[0].lower()
