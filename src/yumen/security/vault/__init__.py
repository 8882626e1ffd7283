"""The vault: personal values sealed under their person's key before SQL sees them.

sealed = await vault.seal(uow, subject, PHONE, "+86…")      # ensure a key of PHONE's retention class, SM4-GCM
phone = await vault.unseal(uow, subject, PHONE, sealed)
index = await vault.index(uow, PHONE, "+86…")               # 16 bytes, to find equal values
await vault.shred(uow, subject, RetentionClass.MEMBERSHIP)  # ordered here, carried out by the listener
"""

from yumen.security.vault.blind_index import Finder, index, search
from yumen.security.vault.budget import Budget
from yumen.security.vault.seal import open_under, seal_under
from yumen.security.vault.shred import ShredOrdered
from yumen.security.vault.shred import carry_out as carry_out_shred
from yumen.security.vault.shred import list_unfinished as list_unfinished_shreds
from yumen.security.vault.shred import order as shred
from yumen.security.vault.shred import repeat_all as repeat_all_shreds
from yumen.security.vault.values import Vault, seal, seal_many, unseal, unseal_bytes, unseal_bytes_many, unseal_many

__all__ = [
    "Budget",
    "Finder",
    "ShredOrdered",
    "Vault",
    "carry_out_shred",
    "index",
    "list_unfinished_shreds",
    "open_under",
    "repeat_all_shreds",
    "seal",
    "seal_many",
    "seal_under",
    "search",
    "shred",
    "unseal",
    "unseal_bytes",
    "unseal_bytes_many",
    "unseal_many",
]
