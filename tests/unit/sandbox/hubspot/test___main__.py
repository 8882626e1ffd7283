import pytest

from yumen.sandbox.hubspot.__main__ import main


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for option in ("--state", "--port", "--admin-port", "--tls-port", "--ca", "--runtime", "--seed", "--host"):
        assert option in shown


def test_it_refuses_to_listen_for_strangers(tmp_path, capsys):
    assert main(["--state", str(tmp_path / "s.sqlite"), "--host", "192.0.2.1"]) == 2
    assert "NotLoopback" in capsys.readouterr().err
