"""An OpenAPI document becomes a page: what each route takes, gives and answers."""

import json

import pytest

from scripts.docs.openapi import pages

DOCUMENT = {
    "paths": {
        "/v1/login": {
            "post": {
                "summary": "Log in",
                "description": "With a code.",
                "parameters": [
                    {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": "^a|b$"}}
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/View"}}}},
                    "401": {"description": "no"},
                    "default": {},
                },
            }
        },
        "/schema/openapi.json": {"get": {"responses": {}}},
    },
    "components": {
        "schemas": {
            "Body": {"required": ["code"], "properties": {"code": {"type": "string", "description": "From wx.login"}}},
            "Device": {"properties": {"name": {"type": "string"}}},
            "View": {
                "properties": {
                    "devices": {"type": "array", "items": {"$ref": "#/components/schemas/Device"}},
                    "ends": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
                }
            },
        }
    },
}


@pytest.fixture
def shopper(tmp_path):
    (tmp_path / "openapi-shopper.json").write_text(json.dumps(DOCUMENT))
    ((place, english, chinese),) = pages(tmp_path)
    return place, english, chinese


def test_each_edge_is_a_page_in_both_languages(shopper):
    place, english, chinese = shopper
    assert place == "reference/api-shopper"
    assert english.startswith("# Shopper API\n")
    assert chinese.startswith("# 顾客接口\n")


def test_a_route_tells_what_it_takes_and_gives(shopper):
    _, english, _ = shopper
    assert "## `POST /v1/login`" in english
    assert "| `code` * | string | From wx.login |" in english
    assert "| `ends` | string `date-time` or null |  |" in english
    assert "Statuses: `200` `401`\n" in english


def test_fields_of_what_is_held_are_told_below(shopper):
    assert "| `devices` | array of Device |  |\n| `devices[].name` | string |  |" in shopper[1]


def test_a_bar_in_a_pattern_does_not_break_the_table(shopper):
    assert "`^a\\|b$`" in shopper[1]


def test_the_document_about_documents_is_left_out(shopper):
    assert "/schema" not in shopper[1]
