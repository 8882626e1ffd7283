"""A key is read once, and a wrong one is told at the start."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from yumen.gateway.connectors.salesforce import JwtLogin, Org, SecretLogin, read_key
from yumen.kit.errors import Problem


def pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_an_rsa_key_is_read(rsa_key):
    assert read_key(pem(rsa_key)).private_numbers() == rsa_key.private_numbers()


@pytest.mark.parametrize(
    "text", [lambda: "", lambda: pem(ec.generate_private_key(ec.SECP256R1())), lambda: pem(_short())]
)
def test_another_key_is_refused(text):
    with pytest.raises(Problem) as refused:
        read_key(text())
    assert refused.value.code.name == "connector.unfit"


def test_secrets_do_not_show_themselves(rsa_key):
    for login in (SecretLogin("client", "s3cret"), JwtLogin("client", "gate@velvet.example", rsa_key)):
        shown = repr(Org("https://velvet.my.salesforce.com", login))
        assert "s3cret" not in shown
        assert "RSAPrivateKey" not in shown


def _short():
    return rsa.generate_private_key(65537, 1024)
