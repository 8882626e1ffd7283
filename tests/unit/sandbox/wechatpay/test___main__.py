import pytest

from yumen.sandbox.kit import command  # noqa: F401 - under test, by its programs
from yumen.sandbox.wechatpay.__main__ import main


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for option in ("--state", "--port", "--admin-port", "--tls-port", "--ca", "--runtime", "--seed", "--host"):
        assert option in shown


def test_an_address_abroad_is_refused(tmp_path, capsys):
    assert main(["--state", str(tmp_path / "s.sqlite"), "--host", "0.0.0.0", "--quiet"]) == 2
    assert "NotLoopback" in capsys.readouterr().err
