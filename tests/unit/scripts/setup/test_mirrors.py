"""The index a person chose for pip is the one uv downloads from, unless uv was told itself."""

from pathlib import Path

import pytest

from scripts.setup.mirrors import pip_files, uv_files, variables

MIRROR = "https://mirror.example/simple"


@pytest.fixture
def pip_conf(tmp_path):
    """A pip.conf naming a mirror."""
    file = tmp_path / "pip.conf"
    file.write_text(f"[global]\nindex-url = {MIRROR}\ntrusted-host = mirror.example\n")
    return file


def test_the_mirror_in_pip_conf_is_handed_on(pip_conf):
    told = variables({}, [pip_conf], [])
    assert told == {"UV_DEFAULT_INDEX": MIRROR, "UV_INSECURE_HOST": "mirror.example"}


def test_pips_environment_wins_over_its_file(pip_conf):
    told = variables({"PIP_INDEX_URL": "https://other.example/simple"}, [pip_conf], [])
    assert told["UV_DEFAULT_INDEX"] == "https://other.example/simple"


def test_a_later_file_wins_over_an_earlier_and_install_over_global(pip_conf, tmp_path):
    later = tmp_path / "later.conf"
    later.write_text("[install]\nindex_url = https://later.example/simple\n")
    assert variables({}, [later, pip_conf], [])["UV_DEFAULT_INDEX"] == "https://later.example/simple"


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"])
def test_what_uv_was_told_itself_wins(pip_conf, name):
    told = variables({name: "https://mine.example/simple"}, [pip_conf], [])
    assert "UV_DEFAULT_INDEX" not in told
    assert told["UV_INSECURE_HOST"] == "mirror.example"


def test_an_index_in_uv_toml_wins(pip_conf, tmp_path):
    uv_toml = tmp_path / "uv.toml"
    uv_toml.write_text('[[index]]\nurl = "https://mine.example/simple"\ndefault = true\n')
    assert "UV_DEFAULT_INDEX" not in variables({}, [pip_conf], [uv_toml])


def test_a_uv_toml_without_an_index_leaves_pips_mirror(pip_conf, tmp_path):
    uv_toml = tmp_path / "uv.toml"
    uv_toml.write_text('# index-url = "https://no.example"\nnative-tls = true\n')
    assert variables({}, [pip_conf], [uv_toml])["UV_DEFAULT_INDEX"] == MIRROR


def test_extra_indexes_are_asked_as_pip_asks_them(tmp_path):
    conf = tmp_path / "pip.conf"
    conf.write_text("[global]\nextra-index-url =\n    https://a.example/simple\n    https://b.example/simple\n")
    told = variables({}, [conf], [])
    assert told["UV_INDEX"] == "https://a.example/simple https://b.example/simple"
    assert told["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_without_settings_uv_is_told_nothing(tmp_path):
    broken = tmp_path / "broken.conf"
    broken.write_text("no section\n")
    assert variables({}, [tmp_path / "absent.conf", broken], []) == {}


def test_the_users_file_is_stronger_than_the_systems():
    files = pip_files({}, Path("/people/lin"))
    assert files.index(Path("/etc/pip.conf")) < files.index(Path("/people/lin/.config/pip/pip.conf"))


def test_a_named_file_is_the_strongest_and_dev_null_means_none():
    assert pip_files({"PIP_CONFIG_FILE": "/srv/pip.conf"}, Path("/people/lin"))[-1] == Path("/srv/pip.conf")
    assert pip_files({"PIP_CONFIG_FILE": "/dev/null"}, Path("/people/lin")) == []


def test_uv_toml_is_looked_for_where_uv_looks():
    assert uv_files({"XDG_CONFIG_HOME": "/people/lin/conf"}, Path("/people/lin"))[-1] == Path(
        "/people/lin/conf/uv/uv.toml"
    )
