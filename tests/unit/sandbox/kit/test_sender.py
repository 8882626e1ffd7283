import asyncio

import pytest

from yumen.sandbox.kit.sender import NoLoopback, Sender, read_target


class Receiver:
    """Answers each request with the next of these, and says how many lines were opened."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.lines = 0
        self.url = ""
        self.patience = 1000
        """How many requests one line is good for."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        try:
            for _ in range(self.patience):
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                answer = self.answers.pop(0)
                if answer == b"CUT":
                    break
                for part in answer.split(b"|"):
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0.01)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@pytest.fixture
async def receive():
    servers = []

    async def start(*answers: bytes) -> Receiver:
        receiver = Receiver(*answers)
        server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
        servers.append(server)
        receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks?a=1"
        return receiver

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def sender():
    made = Sender()
    yield made
    made.close()


async def post(sender: Sender, receiver: Receiver, body: bytes = b"{}", timeout_s: float = 2.0) -> int:
    return await sender.post(receiver.url, [("X-Name", "v")], body, timeout_s)


async def test_one_line_serves_many_requests_and_the_request_is_whole(sender, receive):
    receiver = await receive(
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab|cd",
        b"HTTP/1.1 100 Continue\r\n\r\n|HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
    )
    assert [await post(sender, receiver, b'{"n": 1}') for _ in range(3)] == [204, 200, 500]
    assert receiver.lines == 1
    assert receiver.requests[0].startswith(b"POST /hooks?a=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert receiver.requests[0].endswith(b'X-Name: v\r\n\r\n{"n": 1}')


async def test_a_line_that_is_closed_while_idle_is_replaced(sender, receive):
    receiver = await receive(b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    receiver.patience = 1
    assert await post(sender, receiver) == 204
    await asyncio.sleep(0.05)
    assert await post(sender, receiver) == 200
    assert receiver.lines == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\n\r\nuntil the end",
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ],
)
async def test_an_answer_of_any_framing_has_a_status_and_its_line_is_not_kept(sender, receive, answer):
    receiver = await receive(answer, answer)
    assert [await post(sender, receiver) for _ in range(2)] == [302, 302]
    assert receiver.lines == 2


@pytest.mark.parametrize(
    "answer", [b"CUT", b"220 mail.example ESMTP\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-x\r\n"]
)
async def test_what_is_cut_or_no_http_is_an_error_of_the_line(sender, receive, answer):
    receiver = await receive(answer)
    with pytest.raises(ConnectionError):
        await post(sender, receiver)


async def test_silence_and_absence_are_told_apart(sender, receive):
    receiver = await receive(b"|")
    with pytest.raises(TimeoutError):
        await post(sender, receiver, timeout_s=0.1)
    with pytest.raises(ConnectionRefusedError):
        await sender.post("http://127.0.0.1:9/", [], b"", 1.0)


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/x",
        "http://10.0.0.1/x",
        "ftp://127.0.0.1/x",
        "http://[broken",
        "http://127.0.0.1:x/",
        "",
        "x",
    ],
)
def test_nothing_is_sent_abroad(url):
    with pytest.raises(NoLoopback):
        read_target(url)


def test_an_address_is_taken_apart():
    target = read_target("https://localhost/hooks/a?b=c")
    assert (target.secure, target.host, target.port, target.path) == (True, "localhost", 443, "/hooks/a?b=c")
    assert read_target("http://[::1]:8000").path == "/"
