"""The file KMS keeps its keys to itself, refuses what a cloud refuses, and forgets for ever."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from yumen.kit.errors import NotSent, Rejected
from yumen.security.keys.file_kms import FileKms
from yumen.security.keys.kms import PLAIN_BYTES_MAX, RANDOM_BYTES_MAX, KmsKeyState

CONTEXT = {"yumen": "test"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kms"


@pytest.fixture
def kms(folder: Path) -> FileKms:
    return FileKms(folder)


async def test_what_is_encrypted_is_decrypted_under_the_same_context_only(kms):
    key = await kms.create_key("epoch/1")
    sealed = await kms.encrypt(key, b"epoch key", CONTEXT)
    assert await kms.decrypt(key, sealed, CONTEXT) == b"epoch key"
    with pytest.raises(Rejected, match=r"kms\.not_authentic"):
        await kms.decrypt(key, sealed, {"yumen": "other"})


async def test_one_key_does_not_open_what_another_sealed(kms):
    one, other = await kms.create_key("a"), await kms.create_key("b")
    with pytest.raises(Rejected, match=r"kms\.not_authentic"):
        await kms.decrypt(other, await kms.encrypt(one, b"x", CONTEXT), CONTEXT)


async def test_folder_and_files_are_the_owners_only(kms, folder):
    await kms.create_key("a")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_a_folder_open_to_others_is_refused(folder):
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(PermissionError, match="chmod 700"):
        FileKms(folder)


async def test_a_destroyed_key_is_gone_and_known_as_destroyed(kms, folder):
    key = await kms.create_key("a")
    sealed = await kms.encrypt(key, b"x", CONTEXT)
    content = (folder / f"{key}.key").read_bytes()
    gone_at = await kms.destroy_key(key)
    assert await kms.destroy_key(key) == gone_at
    with pytest.raises(Rejected, match=r"kms\.key_destroyed"):
        await kms.decrypt(key, sealed, CONTEXT)
    described = await kms.describe_key(key)
    assert (described.state, described.gone_at) == (KmsKeyState.DESTROYED, gone_at)
    assert all(content not in file.read_bytes() for file in folder.iterdir())


async def test_destroying_overwrites_the_file_before_it_is_unlinked(kms, folder):
    key = await kms.create_key("a")
    file, twin = folder / f"{key}.key", folder / "twin"
    content = file.read_bytes()
    twin.hardlink_to(file)
    await kms.destroy_key(key)
    assert twin.read_bytes() != content
    assert len(twin.read_bytes()) == len(content)


async def test_a_living_key_is_described(kms):
    described = await kms.describe_key(await kms.create_key("a"))
    assert (described.state, described.algorithm, described.gone_at) == (KmsKeyState.ENABLED, "SM4", None)


@pytest.mark.parametrize("key", ["kms_0000000000000000000000000z", "../secret", "", "kms_" + "a" * 25 + "/"])
async def test_an_unknown_key_is_refused(kms, key):
    for call in (kms.encrypt(key, b"x", CONTEXT), kms.destroy_key(key), kms.describe_key(key)):
        with pytest.raises(Rejected, match=r"kms\.key_missing"):
            await call


async def test_what_a_cloud_refuses_as_too_long_is_refused(kms):
    key = await kms.create_key("a")
    for call in (
        kms.encrypt(key, bytes(PLAIN_BYTES_MAX + 1), CONTEXT),
        kms.encrypt(key, b"x", {"a": "b" * 1100}),
        kms.generate_random(RANDOM_BYTES_MAX + 1),
        kms.generate_random(0),
    ):
        with pytest.raises(Rejected, match=r"kms\.too_long"):
            await call


async def test_random_bytes_have_the_wanted_length(kms):
    assert len({await kms.generate_random(16) for _ in range(10)}) == 10


async def test_a_damaged_file_is_refused(kms, folder):
    key = await kms.create_key("a")
    (folder / f"{key}.key").write_text("{")
    with pytest.raises(Rejected, match=r"kms\.key_damaged"):
        await kms.encrypt(key, b"x", CONTEXT)


async def test_a_lost_folder_is_no_answer(kms, folder):
    key = await kms.create_key("a")
    (folder / f"{key}.key").unlink()
    folder.rmdir()
    folder.write_text("a file where the folder was")
    with pytest.raises(NotSent, match=r"kms\.unreachable"):
        await kms.encrypt(key, b"x", CONTEXT)


async def test_keys_made_at_once_are_all_there(kms):
    keys = await asyncio.gather(*(kms.create_key("a") for _ in range(20)))
    assert len(set(keys)) == 20
    assert {(await kms.describe_key(key)).state for key in keys} == {KmsKeyState.ENABLED}


async def test_a_second_process_opens_what_the_first_made(kms, folder):
    key = await kms.create_key("a")
    sealed = await kms.encrypt(key, b"x", CONTEXT)
    assert await FileKms(folder).decrypt(key, sealed, CONTEXT) == b"x"
