"""Values are sealed and opened inside a unit, several people and classes at once."""

from __future__ import annotations

import pytest

from yumen.kit.clock import Clock
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.kit.work import Work
from yumen.security import vault
from yumen.security.datamap import RetentionClass
from yumen.security.keys import AES_256_GCM
from yumen.security.vault.values import Vault

LI, WANG = SubjectId(1), SubjectId(2)


async def test_a_sealed_value_opens_in_another_unit(work, staff, fields):
    phone, *_ = fields
    async with work.begin(staff) as uow:
        sealed = await vault.seal(uow, LI, phone, "+8613800138000")
    assert b"138" not in sealed
    async with work.begin(staff) as uow:
        assert await vault.unseal(uow, LI, phone, sealed) == "+8613800138000"


async def test_people_and_classes_are_sealed_and_opened_together_in_order(work, staff, fields):
    phone, name, address = fields
    values = [(LI, phone, "13800138000"), (WANG, name, "王小明"), (LI, address, "玉门市"), (LI, name, "李华")]
    async with work.begin(staff) as uow:
        sealed = await vault.seal_many(uow, values)
        places = [(subject, field, text) for (subject, field, _), text in zip(values, sealed, strict=True)]
        assert await vault.unseal_many(uow, places) == [text for *_, text in values]
        assert await vault.unseal_many(uow, []) == []


async def test_bytes_are_sealed_as_they_are(work, staff, fields):
    _, name, _ = fields
    async with work.begin(staff) as uow:
        sealed = await vault.seal(uow, LI, name, b"\xff\xd8picture")
        assert await vault.unseal_bytes(uow, LI, name, sealed) == b"\xff\xd8picture"
        with pytest.raises(Problem, match=r"vault\.not_text"):
            await vault.unseal(uow, LI, name, sealed)


async def test_a_value_in_the_wrong_row_or_column_is_refused(work, staff, fields):
    phone, name, address = fields
    async with work.begin(staff) as uow:
        sealed, _, _ = await vault.seal_many(uow, [(LI, phone, "1"), (WANG, phone, "2"), (LI, address, "3")])
        for subject, field, code in (
            (WANG, phone, "vault.tampered"),
            (LI, name, "vault.tampered"),
            (LI, address, "vault.tampered"),
        ):
            with pytest.raises(Problem) as told:
                await vault.unseal(uow, subject, field, sealed)
            assert told.value.code.name == code


async def test_a_value_without_any_key_is_refused(work, staff, fields):
    phone, *_ = fields
    async with work.begin(staff) as uow:
        with pytest.raises(Problem, match=r"vault\.no_key"):
            await vault.unseal(uow, LI, phone, bytes(40))


async def test_both_suites_open_side_by_side(database, safe, work, staff, heard, fields):
    phone, *_ = fields
    abroad = Vault(safe.keyring, AES_256_GCM)
    await abroad.open()
    async with work.begin(staff) as uow:
        sm = await vault.seal(uow, LI, phone, "sm")
    async with Work(database, Clock(), {Vault: abroad}, heard).begin(staff) as uow:
        intl = await vault.seal(uow, LI, phone, "intl")
        assert [sm[0], intl[0]] == [1, 2]
        assert await vault.unseal_many(uow, [(LI, phone, sm), (LI, phone, intl)]) == ["sm", "intl"]


async def test_a_spent_budget_opens_nothing(database, safe, staff, heard, fields):
    phone, *_ = fields
    tight = Vault(safe.keyring, budget=vault.Budget(per_minute=3))
    await tight.open()
    async with Work(database, Clock(), {Vault: tight}, heard).begin(staff) as uow:
        sealed = await vault.seal(uow, LI, phone, "1")
        assert await vault.unseal_many(uow, [(LI, phone, sealed)] * 3) == ["1"] * 3
        with pytest.raises(Problem, match=r"vault\.budget_spent"):
            await vault.unseal(uow, LI, phone, sealed)
        key = (await safe.keyring.find_keys([LI], RetentionClass.MEMBERSHIP))[LI]
        with pytest.raises(Problem, match=r"vault\.budget_spent"):
            tight.unseal(key, phone, sealed)


async def test_a_lane_seals_and_opens_with_keys_at_hand(safe, fields):
    phone, *_ = fields
    keys = await safe.keyring.ensure_keys([LI, WANG], RetentionClass.MEMBERSHIP)
    for subject in (LI, WANG):
        assert safe.unseal(keys[subject], phone, safe.seal(keys[subject], phone, "13800138000")) == b"13800138000"
