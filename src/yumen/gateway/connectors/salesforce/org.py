"""An org of Salesforce, how we log in to it, and which of its objects takes the persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from yumen.gateway.connectors.connector import RecallWay, Value
from yumen.kit.errors import Code

UNFIT: Final = Code("connector.unfit", 500)

VERSION: Final = "66.0"
"""Spring '26. Pinned, never "latest": three releases a year change what a field accepts."""
HOSTS: Final = (".salesforce.com", ".force.com", ".sfcrmproducts.cn")
"""Where Salesforce may send us after login; the last is the org that Alibaba Cloud runs inside the mainland."""
RSA_BITS_MIN: Final = 2048


@dataclass(frozen=True, slots=True)
class JwtLogin:
    """JWT bearer flow: `username` has approved the app beforehand, `key` belongs to its certificate.

    `audience` is `https://login.salesforce.com`, `https://test.salesforce.com` or the address of an experience site.
    """

    client_id: str
    username: str
    key: RSAPrivateKey = field(repr=False)
    audience: str = "https://login.salesforce.com"


@dataclass(frozen=True, slots=True)
class SecretLogin:
    """Client credentials flow: runs as the one user set at the app; the login address is the My Domain."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Org:
    """`login_url` is the My Domain or `https://login.salesforce.com`. `object` is Contact, Account, Lead, `X__c`, ….

    `bulk_from` records on a job is better than calls of 200; None never. `hard_delete` empties the recycle bin too and
    needs its permission. `suppress` is what is set on a person who must be left alone, `anonymous` what stands in
    fields that may not be empty once the person is gone. `ways` are those of taking back that HQ lets us use.
    """

    login_url: str
    login: JwtLogin | SecretLogin
    object: str = "Contact"
    version: str = VERSION
    hosts: tuple[str, ...] = HOSTS
    connections_max: int = 16
    bulk_from: int | None = 2_000
    bulk_poll_s: float = 2.0
    bulk_deadline_s: float = 1_800.0
    hard_delete: bool = False
    suppress: Mapping[str, Value] = field(default_factory=dict)
    anonymous: Mapping[str, Value] = field(default_factory=dict)
    ways: tuple[RecallWay, ...] = tuple(RecallWay)


def read_key(pem: str) -> RSAPrivateKey:
    """Raises `connector.unfit` when it is no RSA key of at least 2048 bits."""
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise UNFIT(setting="private_key") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < RSA_BITS_MIN:
        raise UNFIT(setting="private_key")
    return key
