"""Look at the named hosts, once each, when the user asks for it: DNS, a TLS handshake, HTTP/2, the time each part took.

No other host is spoken to, no page is fetched beyond its first byte, no redirect is followed.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

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
        answers = socket.getaddrinfo(name, int(port or 443), type=socket.SOCK_STREAM)
    except (OSError, ValueError) as failed:
        return Probe(host, error=type(failed).__name__)
    resolved = time.perf_counter()
    addresses = tuple(Address(ip) for ip in sorted({str(answer[4][0]) for answer in answers}))
    family, kind, protocol, _, peer = answers[0]
    try:
        with socket.socket(family, kind, protocol) as connection:
            connection.settimeout(SECONDS_MAX)
            connection.connect(peer)
            connected = time.perf_counter()
            tls, http2, spoken, first = _speak(connection, name)
    except (OSError, ValueError) as failed:
        return Probe(host, addresses=addresses, error=type(failed).__name__)
    versions = tuple(label for label, version in VERSIONS if _accepts(peer, family, name, version))
    times = Times(*(round(1000 * part, 1) for part in (resolved - started, connected - resolved, spoken, first)))
    return Probe(host, addresses, (), _with(tls, versions), http2, times)


def _with(tls: Tls, versions: tuple[str, ...]) -> Tls:
    return Tls(versions, tls.chain_ok, tls.not_after, tls.sm_certificate, tls.status_hosts)


def _speak(connection: socket.socket, name: str) -> tuple[Tls, bool, float, float]:
    """Handshake and one HEAD. A chain that does not verify ends the talk: that is the finding."""
    started = time.perf_counter()
    context = ssl.create_default_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    try:
        with context.wrap_socket(connection, server_hostname=name) as talk:
            spoken = time.perf_counter()
            http2 = talk.selected_alpn_protocol() == "h2"
            certificate = talk.getpeercert() or {}
            if not http2:
                talk.sendall(
                    f"HEAD / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode(
                        "idna" if not name.isascii() else "ascii"
                    )
                )
                talk.recv(1)
            first = time.perf_counter()
    except ssl.SSLCertVerificationError:
        return Tls(chain_ok=False), False, time.perf_counter() - started, 0.0
    hosts = {_host_of(url) for key in ("OCSP", "crlDistributionPoints") for url in certificate.get(key, ())}
    tls = Tls(
        chain_ok=True, not_after=_last_day(str(certificate.get("notAfter", ""))), status_hosts=tuple(sorted(hosts))
    )
    return tls, http2, spoken - started, first - spoken


def _accepts(peer: object, family: int, name: str, version: ssl.TLSVersion) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(ssl.SSLError):
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # else OpenSSL itself refuses the old versions we ask about
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # asking about old versions is the point
            context.minimum_version = context.maximum_version = version
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(SECONDS_MAX)
            connection.connect(peer)  # type: ignore[arg-type]
            with context.wrap_socket(connection, server_hostname=name):
                return True
    except (OSError, ValueError):
        return False


def _last_day(said: str) -> date | None:
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(said), UTC).date()
    except ValueError:
        return None


def _host_of(url: object) -> str:
    return str(url).partition("://")[2].partition("/")[0].partition(":")[0].lower()
