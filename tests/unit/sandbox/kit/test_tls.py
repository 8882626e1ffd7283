import ssl

import pytest

from yumen.sandbox.kit.tls import new_authority, server_context

AUTHORITY = new_authority("Test CA")


def shake_hands(trusted_pem: str, name: str) -> str:
    """A TLS handshake in memory; answers the version. Raises ssl.SSLError."""
    trust = ssl.create_default_context(cadata=trusted_pem)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_context(AUTHORITY, ["api.weixin.qq.com", "127.0.0.1"]).wrap_bio(to_server, to_client, True)
    client = trust.wrap_bio(to_client, to_server, server_hostname=name)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return client.version() or ""


@pytest.mark.parametrize("name", ["api.weixin.qq.com", "127.0.0.1"])
def test_the_played_names_are_trusted_under_the_authority(name):
    assert shake_hands(AUTHORITY.certificate_pem, name) == "TLSv1.3"


def test_other_names_and_other_authorities_are_not():
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(AUTHORITY.certificate_pem, "example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(new_authority("Another CA").certificate_pem, "api.weixin.qq.com")
