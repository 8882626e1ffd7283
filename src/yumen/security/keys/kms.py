"""What we ask of a key management service, shaped so that the real clouds can answer it.

| here | Tencent KMS (2019-01-18) | Alibaba KMS (2016-01-20) |
|---|---|---|
| `create_key` | CreateKey, KeyUsage ENCRYPT_DECRYPT (ListAlgorithms first: SM4 or refuse) | CreateKey, Aliyun_SM4 |
| `encrypt` | Encrypt: ≤ 4 KB, EncryptionContext ≤ 1,024 characters | Encrypt with EncryptionContext |
| `decrypt` | Decrypt with the same EncryptionContext | Decrypt with the same EncryptionContext |
| `generate_random` | GenerateRandom, ≤ 1,024 bytes | GenerateDataKey, NumberOfBytes ≤ 1,024 |
| `destroy_key` | DisableKey, then ScheduleKeyDeletion (7 to 30 days) | DisableKey, then ScheduleKeyDeletion |
| `describe_key` | DescribeKey | DescribeKey |

So a key is unusable from `destroy_key` on, and beyond recall from the time it answers: at once for the file KMS, after
the cloud's waiting time elsewhere. Calls raise `NotSent` (no answer, over quota: ask again) or `Rejected` (no such
key, disabled, wrong context: asking again is useless). All calls are safe to repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

PLAIN_BYTES_MAX: Final = 4096
CONTEXT_CHARS_MAX: Final = 1024
RANDOM_BYTES_MAX: Final = 1024

Context = Mapping[str, str]
"""What a ciphertext is bound to; needed again to decrypt. Never a personal value: clouds log it."""


class KmsKeyState(StrEnum):
    ENABLED = "enabled"
    PENDING_DELETION = "pending_deletion"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class KmsKey:
    """One key of the KMS. `gone_at` is when it is or was beyond recall."""

    id: str
    algorithm: str
    state: KmsKeyState
    created_at: datetime
    gone_at: datetime | None = None


class Kms(Protocol):
    """A key management service: keys that never leave it."""

    async def create_key(self, label: str) -> str:
        """Make a symmetric key for encryption and answer its id; `label` is for the operator's eyes."""
        ...

    async def encrypt(self, key: str, plain: bytes, context: Context) -> bytes:
        """Wrap at most 4,096 bytes, bound to `context`."""
        ...

    async def decrypt(self, key: str, sealed: bytes, context: Context) -> bytes:
        """Unwrap what `encrypt` gave for the same key and context."""
        ...

    async def generate_random(self, size: int) -> bytes:
        """Random bytes of the KMS's generator, at most 1,024."""
        ...

    async def destroy_key(self, key: str) -> datetime:
        """Make the key unusable now, and answer when it is beyond recall. Repeating it changes nothing."""
        ...

    async def describe_key(self, key: str) -> KmsKey:
        """What the KMS knows of a key."""
        ...
