"""The compose file names settings, commands and roles that exist."""

import re

import pytest
import yaml

from yumen.kit.postgres import LOGINS, role_sql
from yumen.kit.settings import settings_reference


@pytest.fixture(scope="module")
def services(root) -> dict[str, dict]:
    return yaml.safe_load((root / "deploy/compose.yaml").read_text())["services"]


def test_every_setting_of_the_compose_file_exists(services):
    known = {entry.variable for entry in settings_reference("en")} | {"YUMEN_CONFIG"}
    used = {name for service in services.values() for name in service["environment"] if name.startswith("YUMEN_")}
    assert len(used) > 5
    assert not used - known


def test_every_password_is_made_by_the_script(services, root):
    made = set(re.search(r"for name in (.+); do", (root / "deploy/new-secrets.sh").read_text()).group(1).split())
    wanted = set(re.findall(r"\$\{([A-Z_]+)_PASSWORD\}", (root / "deploy/compose.yaml").read_text()))
    assert made == wanted


def test_the_two_servers_have_the_roles_of_the_code(root):
    scripts = {keys: (root / f"deploy/{name}-roles.sh").read_text() for name, keys in (("main", False), ("keys", True))}
    for login in LOGINS:
        assert f"create role {login.name} login" in scripts[login.keys]
        assert login.name not in scripts[not login.keys]
        assert f"create role {login.name} login" in role_sql()


def test_the_image_is_made_from_files_that_are_let_in(root):
    let_in = {line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", (root / "deploy/Dockerfile").read_text(), re.MULTILINE))
    assert {word for words in copied for word in words.split()} == let_in


def test_only_the_loopback_address_is_published(services):
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
