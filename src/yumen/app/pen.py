"""The pen that signs the trail: process keys `trail-signer-0`, `-1` … under the KMS, one for each signer in office."""

from __future__ import annotations

from yumen.kit.clock import real_now
from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.db import Conn
from yumen.security import trail
from yumen.security.keys import Keyring
from yumen.security.trail import KeySigner, Log, Tiles


class Pen:
    """Signs as whoever is in office. One for each process that signs."""

    def __init__(self, keyring: Keyring, origin: str, tiles: Tiles) -> None:
        self._keyring = keyring
        self._origin = origin
        self._tiles = tiles
        self._held: tuple[int, Log] | None = None

    async def sign(self, conn: Conn) -> int:
        """Sign the tree if it has grown; answers its size. `conn` has the role SEQUENCER. Raises `trail.…`."""
        return (await trail.sign(conn, await self._log(conn), real_now())).size

    async def hand_over(self, conn: Conn) -> str:
        """Let a new key sign from now on, vouched for by the old one; answers the new public key in hex."""
        log = await self._log(conn)
        await trail.sign(conn, log, real_now())
        successor = await self._signer(await trail.count_signers(conn))
        await trail.rotate(conn, log, successor, real_now())
        return successor.point.hex()

    async def _log(self, conn: Conn) -> Log:
        number = max(await trail.count_signers(conn) - 1, 0)
        if self._held is None or self._held[0] != number:
            self._held = (number, Log(self._origin, await self._signer(number), self._tiles))
        return self._held[1]

    async def _signer(self, number: int) -> KeySigner:
        return await process_signer(self._keyring, f"trail-signer-{number}")


async def process_signer(keyring: Keyring, name: str) -> KeySigner:
    """A SM2 signer of this installation, made the first time; its key lies wrapped in the key database."""
    return KeySigner(Sm2PrivateKey(await keyring.secret(name, lambda: Sm2PrivateKey.generate().scalar)))
