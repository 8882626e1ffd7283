"""Keys: KMS root key → epoch key → one key per subject and retention class, in a database of their own.

`Keyring` is what others use: `ensure_keys` and `find_keys` for sealing and opening, `secret` for process keys, `shred`
to destroy. Custody is `begin_epoch`, `Keyring.rewrap`, `destroy_epoch`, `rotate_root` (each online, resumable).
"""

from yumen.security.keys.cache import KeyCache
from yumen.security.keys.epoch_store import EpochRow
from yumen.security.keys.epochs import begin as begin_epoch
from yumen.security.keys.epochs import destroy as destroy_epoch
from yumen.security.keys.epochs import list_all as list_epochs
from yumen.security.keys.epochs import name_of as epoch_name
from yumen.security.keys.file_kms import FileKms
from yumen.security.keys.guarded import Custody, rotate_root
from yumen.security.keys.keyring import Keyring
from yumen.security.keys.kms import Kms, KmsKey, KmsKeyState
from yumen.security.keys.subject_key import AES_256_GCM, SM4_GCM, SUITES, SubjectKey, Suite

__all__ = [
    "AES_256_GCM",
    "SM4_GCM",
    "SUITES",
    "Custody",
    "EpochRow",
    "FileKms",
    "KeyCache",
    "Keyring",
    "Kms",
    "KmsKey",
    "KmsKeyState",
    "SubjectKey",
    "Suite",
    "begin_epoch",
    "destroy_epoch",
    "epoch_name",
    "list_epochs",
    "rotate_root",
]
