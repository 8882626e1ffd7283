"""Every format makes something, and the same thing twice."""

import io
import json
import zipfile

import jsonschema_rs
import pytest

from yumen.audit.report import printers
from yumen.audit.report.schemas import report_schema


@pytest.mark.parametrize("name", printers.FORMATS)
def test_each_format_is_made_twice_alike(result, name):
    made = printers.render(name, result, ("en", "zh"))
    assert len(made) > 1000
    assert made == printers.render(name, result, ("en", "zh"))


@pytest.mark.parametrize("name", printers.FORMATS)
def test_no_format_shows_a_persons_value(result, name):
    assert b"13800138000" not in printers.render(name, result, ("en", "zh"))
    assert b"zhang@orvane" not in printers.render(name, result, ("en", "zh"))


@pytest.mark.parametrize("name", [one for one in printers.FORMATS if one != "junit"])
def test_each_format_but_junit_tells_what_stands_in_code_of_others(packaged, name):
    made = printers.render(name, packaged, ("en", "zh"))
    if name == "docx":
        made = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml")
    assert b"@kit/login" in made


def test_the_json_with_packages_follows_its_schema(packaged):
    document = json.loads(printers.render("json", packaged, ("en",)))
    jsonschema_rs.validator_for(report_schema()).validate(document)
    assert {(one["package"], one["rule"], one["count"]) for one in document["others"]} >= {("@kit/login", "SRC100", 2)}
