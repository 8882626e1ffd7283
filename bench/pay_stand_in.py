"""WeChat Pay's answer to an order, in no time: `python -m bench.pay_stand_in PORT KEY_FILE KEY_ID`.

A bare protocol, so that what is measured is the servers. The one answer is signed anew each minute, not for each
request: what WeChat Pay's signing costs is not ours.
"""

import asyncio
import base64
import os
import sys
import time
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bench.order_shop import private_key

END = b"\r\n\r\n"
BODY = b'{"prepay_id":"wx201410272009395522657a690389285100"}'
SIGNED_S = 60


class StandIn(asyncio.Protocol):
    """One connection; every whole request gets the answer."""

    key: rsa.RSAPrivateKey
    key_id: str
    answer = b""
    signed_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while END in self._rest:
            head, _, rest = self._rest.partition(END)
            _, found, told = head.lower().partition(b"content-length:")
            length = int(told.partition(b"\r\n")[0]) if found else 0
            if len(rest) < length:
                return
            self._rest = rest[length:]
            self._transport.write(self._signed())

    def _signed(self) -> bytes:
        if time.time() - StandIn.signed_at > SIGNED_S:
            StandIn.answer, StandIn.signed_at = _answer(self.key, self.key_id), time.time()
        return StandIn.answer


def _answer(key: rsa.RSAPrivateKey, key_id: str) -> bytes:
    stamp, nonce = str(int(time.time())), os.urandom(16).hex()
    signature = key.sign(f"{stamp}\n{nonce}\n".encode() + BODY + b"\n", padding.PKCS1v15(), hashes.SHA256())
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(BODY)}\r\n"
        f"wechatpay-timestamp: {stamp}\r\nwechatpay-nonce: {nonce}\r\nwechatpay-serial: {key_id}\r\n"
        f"wechatpay-signature: {base64.b64encode(signature).decode()}\r\nrequest-id: {nonce}\r\n\r\n"
    )
    return head.encode() + BODY


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(StandIn, "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    StandIn.key, StandIn.key_id = private_key(Path(sys.argv[2]).read_text()), sys.argv[3]
    uvloop.run(main(int(sys.argv[1])))
