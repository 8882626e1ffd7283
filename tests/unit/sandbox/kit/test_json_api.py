import json

import msgspec
import pytest

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.json_api import Api, Ask, Route


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    count: int


class Given(msgspec.Struct):
    name: str
    count: int


def give(ask: Ask) -> Given:
    return Given(ask.parts["name"], ask.body.count)


API = Api("Test", [Route("POST", "/api/things/{name}", give, "Give", Given, Wish)])


async def ask(method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict]:
    answer = await API.answer(Request(method, path, {}, headers, body, False, False, path))
    return answer.status, json.loads(answer.body)


async def test_a_route_gets_its_parts_and_its_typed_body():
    assert await ask("POST", "/api/things/a%20b", b'{"count":2}') == (200, {"name": "a b", "count": 2})


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"count":"2"}', b'{"count":1,"more":1}', b"\xff", b"[" * 9999])
async def test_an_unfit_body_is_a_problem_with_its_place(body):
    status, problem = await ask("POST", "/api/things/a", body)
    assert (status, problem["code"]) == (400, "sandbox.body_invalid")
    assert problem["at"].startswith("/")


async def test_unknown_paths_and_methods_are_problems():
    assert (await ask("GET", "/api/nothing"))[0] == 404
    assert (await ask("GET", "/api/things/a"))[0] == 405


async def test_the_problem_speaks_the_readers_language():
    _, problem = await ask("GET", "/nothing", **{"accept-language": "zh-CN"})
    assert problem["detail"] == "此地址没有内容。"


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}])
async def test_other_hosts_and_origins_are_refused(headers):
    assert (await ask("POST", "/api/things/a", b'{"count":2}', **headers))[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1:80", "localhost", "[::1]:8080"])
async def test_loopback_hosts_pass(host):
    assert (await ask("POST", "/api/things/a", b'{"count":2}', host=host))[0] == 200


def test_the_document_describes_bodies_and_answers():
    entry = API.openapi()["paths"]["/api/things/{name}"]["post"]
    assert entry["parameters"][0]["name"] == "name"
    assert entry["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/Wish")
    assert entry["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Given")
