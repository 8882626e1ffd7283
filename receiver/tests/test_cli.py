"""The commands and the HTTP server, as headquarters uses them."""

from __future__ import annotations

import base64
import json
import stat
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from receiver.tests.made_sender import SENDER, MadeSender

from yumen_receiver import Opened, fingerprint, load
from yumen_receiver.cli import main
from yumen_receiver.serve import Server, into_folder
from yumen_receiver.texts import LANGUAGES, catalogue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hq"


def run(folder: Path, *words: object) -> int:
    return main(["--folder", str(folder), "--lang", "en", *map(str, words)])


def test_both_languages_say_the_same_codes() -> None:
    assert catalogue("en").keys() == catalogue("zh").keys()
    assert LANGUAGES == ("en", "zh")


def test_keys_are_made_once_kept_private_and_told_by_their_fingerprint(folder: Path, capsys) -> None:
    assert run(folder, "keys", "new", "--recipient", "hq-crm", "--profile", "dual") == 0
    told = capsys.readouterr().out.strip().splitlines()[-1].replace(" ", "")
    assert told == fingerprint((folder / "bundle.json").read_bytes())
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
    assert run(folder, "keys", "new", "--recipient", "hq-crm") == 2


def test_rotated_keys_still_open_until_they_are_retired(folder: Path) -> None:
    run(folder, "keys", "new", "--recipient", "hq-crm")
    first = (folder / "bundle.json").read_bytes()
    assert run(folder, "keys", "rotate") == 0
    assert (folder / "bundle.json").read_bytes() != first
    assert len(load(folder).generations) == 2
    assert run(folder, "keys", "retire") == 0
    assert len(load(folder).generations) == 1


def test_a_whole_exchange_by_files(folder: Path, tmp_path: Path, capsys) -> None:
    run(folder, "keys", "new", "--recipient", "hq-crm", "--profile", "dual")
    sender = MadeSender(3)
    sender.identity = load(folder)
    (tmp_path / "sender.json").write_bytes(sender.bundle())
    assert run(folder, "trust", tmp_path / "sender.json", "--fingerprint", "0" * 64) == 1
    assert run(folder, "trust", tmp_path / "sender.json", "--fingerprint", fingerprint(sender.bundle())) == 0
    data = sender.send(b"content")
    (tmp_path / "one").write_bytes(data)
    words = ("open", tmp_path / "one", "--into", tmp_path / "in", "--receipt", tmp_path / "receipt")
    assert run(folder, *words) == 0
    receipt = (tmp_path / "receipt").read_bytes()
    (content,) = (tmp_path / "in").iterdir()
    assert content.read_bytes() == b"content"
    (tmp_path / "receipt").unlink()
    assert run(folder, *words) == 1
    assert (tmp_path / "receipt").read_bytes() == receipt
    sender.send()
    (tmp_path / "one").write_bytes(sender.send())
    assert run(folder, *words) == 1
    assert run(folder, "status") == 1
    said = capsys.readouterr().out
    assert "2 to 2 missing" in said
    assert run(folder, "accept-gap", SENDER, 2, "--reason", "agreed") == 0
    assert run(folder, *words) == 0
    assert run(folder, "status") == 0
    capsys.readouterr()
    assert run(folder, "history", SENDER) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["sequence"] for line in lines] == [1, 3]
    assert base64.b64decode(lines[0]["receipt"]) == receipt


def test_without_keys_the_folder_is_named(folder: Path, capsys) -> None:
    assert run(folder, "status") == 3
    assert str(folder) in capsys.readouterr().err


@pytest.fixture
def server(dual: MadeSender, tmp_path: Path) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), dual.receiver, into_folder(tmp_path / "in")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def post(server: Server, body: bytes, **headers: str) -> tuple[int, str, bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request("POST", "/", body, headers)
    answer = connection.getresponse()
    found = answer.status, answer.headers["Content-Type"], answer.read()
    connection.close()
    return found


def test_an_envelope_over_http_is_answered_with_its_receipt(server: Server, dual: MadeSender, tmp_path: Path) -> None:
    data = dual.send(b"content")
    status, kind, receipt = post(server, data)
    assert (status, kind) == (200, "application/vnd.yumen.receipt")
    (content,) = (tmp_path / "in").iterdir()
    assert content.read_bytes() == b"content"
    status, kind, problem = post(server, data)
    assert (status, kind) == (409, "application/problem+json")
    said = json.loads(problem)
    assert (said["code"], base64.b64decode(said["receipt"])) == ("sequence.replayed", receipt)


def test_what_is_not_to_be_believed_is_a_problem_over_http(server: Server, dual: MadeSender) -> None:
    status, _, problem = post(server, dual.send()[:-1])
    assert (status, json.loads(problem)["code"]) == (422, "layout.length")
    dual.send()
    status, _, problem = post(server, dual.send())
    assert (status, json.loads(problem)["first"], json.loads(problem)["last"]) == (409, 1, 2)


def test_a_body_without_bounds_is_not_read(server: Server) -> None:
    status, _, _ = post(server, b"", **{"Content-Length": "99999999999"})
    assert status == 413


def test_a_folder_that_cannot_be_written_takes_nothing(dual: MadeSender, tmp_path: Path) -> None:
    (tmp_path / "in").write_text("a file where the folder should be")

    def deliver(opened: Opened) -> None:
        into_folder(tmp_path / "in")(opened)

    with pytest.raises(FileExistsError):
        dual.receiver.receive(dual.send(), deliver)
    assert list(dual.receiver.state.history(SENDER)) == []
