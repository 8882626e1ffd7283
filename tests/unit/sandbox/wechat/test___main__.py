import pytest

from yumen.sandbox.wechat.__main__ import main


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for option in ("--state", "--port", "--admin-port", "--tls-port", "--ca", "--runtime", "--seed", "--host"):
        assert option in shown


def test_a_state_file_must_be_named(capsys):
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "--state" in capsys.readouterr().err
