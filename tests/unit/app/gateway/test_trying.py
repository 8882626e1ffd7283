"""Which properties HubSpot must have beside those of the mapping: those by which headquarters speaks for a person."""

from __future__ import annotations

from typing import Any

from yumen.app.gateway.trying import heard
from yumen.gateway.connectors.hubspot import Wanted
from yumen.kit.settings import RecipientSettings, Secret


def settings(**given: Any) -> RecipientSettings:
    return RecipientSettings(handler="velvet", contract="c", connector="hubspot", url="https://h.example", **given)


def test_where_nothing_is_heard_nothing_is_made() -> None:
    assert heard(settings(), []) == []


def test_hubspots_own_properties_are_not_made() -> None:
    made = heard(settings(hook_secret=Secret("s")), [])
    assert [(one.name, one.kind) for one in made] == [
        ("yumen_export_optout", "boolean"),
        ("yumen_rights_request", "choice"),
    ]
    assert {"access", "delete"} <= set(made[1].choices)


def test_what_the_settings_name_takes_the_place_of_the_usual_ones() -> None:
    given = settings(opt_outs=("left_alone=export", "wish=*", "hs_email_optout=marketing"))
    assert [one.name for one in heard(given, [Wanted("left_alone", "Left alone", "boolean")])] == ["wish"]
