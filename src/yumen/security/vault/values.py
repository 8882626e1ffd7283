"""Seal and open personal values inside a unit of work: keys fetched for all of them at once."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from yumen.kit.crypto import HmacSm3
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import Field, RetentionClass
from yumen.security.keys import SM4_GCM, Keyring, SubjectKey, Suite
from yumen.security.vault.budget import Budget
from yumen.security.vault.normal import index_under, new_index_key
from yumen.security.vault.seal import open_under, seal_under

NO_KEY: Final = Code("vault.no_key", 500)
NOT_TEXT: Final = Code("vault.not_text", 500)

SEARCHES_PER_MINUTE: Final = 30

Keys = dict[tuple[SubjectId, RetentionClass], SubjectKey]


class Vault:
    """Wired once for each process. `await open()` before the first use.

    `suite` is what new values are sealed with; every known suite is opened.
    """

    def __init__(
        self,
        keyring: Keyring,
        suite: Suite = SM4_GCM,
        budget: Budget | None = None,
        searches_per_minute: int = SEARCHES_PER_MINUTE,
    ) -> None:
        self.keyring = keyring
        self.suite = suite
        self.budget = budget or Budget()
        self.searches_per_minute = searches_per_minute
        self._index_key: HmacSm3 | None = None

    async def open(self) -> None:
        """Open the keyring and the blind index key: the only calls to the KMS in the life of most processes."""
        await self.keyring.open()
        self._index_key = HmacSm3(await self.keyring.secret("blind-index", new_index_key))

    def index(self, handler: HandlerId, field: Field, value: str) -> bytes:
        """The blind index of a value (16 bytes), for a statement that runs outside a unit of work."""
        assert self._index_key is not None, "Vault.open() was not awaited"
        return index_under(self._index_key, handler, field, value)

    def seal(self, key: SubjectKey, field: Field, value: str | bytes) -> bytes:
        """Seal under a key at hand (`keyring.ensure_keys` in a lane, bulk work)."""
        return seal_under(key, self.suite, field, value.encode() if isinstance(value, str) else value)

    def unseal(self, key: SubjectKey, field: Field, sealed: bytes) -> bytes:
        """Open under a key at hand. Raises `vault.budget_spent` and what `seal.open_under` raises."""
        self.budget.spend(1)
        return open_under(key, field, sealed)


async def seal(uow: UnitOfWork, subject: SubjectId, field: Field, value: str | bytes) -> bytes:
    """Seal one value. Raises `keys.shredded`, `database.unavailable`."""
    return (await seal_many(uow, [(subject, field, value)]))[0]


async def seal_many(uow: UnitOfWork, values: Sequence[tuple[SubjectId, Field, str | bytes]]) -> list[bytes]:
    """Seal values of any subjects and fields, in order; missing keys are made, one statement for each class."""
    vault = uow.use(Vault)
    keys: Keys = {}
    for retention, subjects in _by_class((subject, field) for subject, field, _ in values):
        found = await vault.keyring.ensure_keys(subjects, retention)
        keys.update({(subject, retention): key for subject, key in found.items()})
    return [vault.seal(keys[subject, field.retention], field, value) for subject, field, value in values]


async def unseal(uow: UnitOfWork, subject: SubjectId, field: Field, sealed: bytes) -> str:
    """Open one text. Raises `keys.shredded`, `vault.no_key`, `vault.budget_spent`, and those of `seal.open_under`."""
    return (await unseal_many(uow, [(subject, field, sealed)]))[0]


async def unseal_many(uow: UnitOfWork, values: Sequence[tuple[SubjectId, Field, bytes]]) -> list[str]:
    """Open texts of any subjects and fields, in order; all or nothing."""
    opened = await unseal_bytes_many(uow, values)
    try:
        return [plain.decode() for plain in opened]
    except UnicodeDecodeError:
        raise NOT_TEXT() from None


async def unseal_bytes(uow: UnitOfWork, subject: SubjectId, field: Field, sealed: bytes) -> bytes:
    """Open one value that is no text (a picture)."""
    return (await unseal_bytes_many(uow, [(subject, field, sealed)]))[0]


async def unseal_bytes_many(uow: UnitOfWork, values: Sequence[tuple[SubjectId, Field, bytes]]) -> list[bytes]:
    """Open values of any subjects and fields, in order; all or nothing. The budget is taken before any key is."""
    vault = uow.use(Vault)
    vault.budget.spend(len(values))
    keys: Keys = {}
    for retention, subjects in _by_class((subject, field) for subject, field, _ in values):
        found = await vault.keyring.find_keys(subjects, retention)
        if len(found) < len(subjects):
            raise NO_KEY(retention=retention.value)
        keys.update({(subject, retention): key for subject, key in found.items()})
    return [open_under(keys[subject, field.retention], field, sealed) for subject, field, sealed in values]


def _by_class(places: Iterable[tuple[SubjectId, Field]]) -> list[tuple[RetentionClass, Collection[SubjectId]]]:
    classes: dict[RetentionClass, set[SubjectId]] = {}
    for subject, field in places:
        classes.setdefault(field.retention, set()).add(subject)
    return list(classes.items())
