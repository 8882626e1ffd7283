"""`yumen evidence export`: its help, and what it says without a handler."""

from typer.testing import CliRunner

from yumen.app.cli import app
from yumen.app.cli.evidence import export


def test_the_command_is_there_and_explains_itself():
    said = CliRunner().invoke(app, ["evidence", "export", "--help"])
    assert said.exit_code == 0
    assert "--handler" in said.output
    assert "--folder" in said.output
    assert export.__name__ == "export"
