"""A look at named hosts, on the loopback only."""

import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.unit.audit.conftest import NOW
from yumen.audit.evidence.looking import look, look_at


@pytest.fixture
def server(tmp_path):
    """A TLS server with a certificate nobody trusts; answers its port."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "both.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(file)
    context.set_alpn_protocols(["h2", "http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                peer, _ = listener.accept()
                with context.wrap_socket(peer, server_side=True) as talk:
                    if talk.recv(1):
                        talk.sendall(b"H")
            except ssl.SSLError:
                continue
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def test_an_untrusted_chain_and_the_versions_spoken_are_seen(server):
    probe = look_at(f"127.0.0.1:{server}")
    assert probe.error == ""
    assert probe.tls.chain_ok is False
    assert probe.tls.versions == ("1.2", "1.3")
    assert [one.ip for one in probe.addresses] == ["127.0.0.1"]


def test_a_host_that_speaks_both_protocols_is_timed_to_its_first_byte(server, tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    probe = look_at(f"127.0.0.1:{server}")
    assert (probe.tls.chain_ok, probe.http2) == (True, True)
    assert probe.times_ms.first_byte > 0
    assert probe.cname == ("127.0.0.1",)


def test_a_host_that_does_not_answer_has_an_error():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        probe = look_at(f"127.0.0.1:{unused.getsockname()[1]}")
    assert probe.error == "ConnectionRefusedError"


def test_a_name_nobody_can_mean_has_an_error():
    assert look_at("bad host name:port").error


def test_a_look_has_the_format_of_recorded_probes():
    assert look([], NOW).format == "yumen-probes/1"
