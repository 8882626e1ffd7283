"""Find what an admin call names, or say that it is not there."""

from __future__ import annotations

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.kit.vantage import find_vantage
from yumen.sandbox.wechat.codes import APP_UNKNOWN, PERSON_CANCELLED, PERSON_UNKNOWN, VANTAGE_UNKNOWN
from yumen.sandbox.wechat.records import App, Person
from yumen.sandbox.wechat.world import World


def get_app(world: World, ask: Ask) -> App:
    """The app in the path."""
    app = world.apps.get(ask.parts["appid"])
    if app is None:
        raise APP_UNKNOWN()
    return app


def get_person(world: World, name: str) -> Person:
    """The person of that id (`p1`)."""
    person = world.people.get(name)
    if person is None:
        raise PERSON_UNKNOWN(at="/person")
    return person


def get_living(world: World, name: str) -> Person:
    """The person, unless they closed their account."""
    person = get_person(world, name)
    if person.cancelled_at is not None:
        raise PERSON_CANCELLED()
    return person


def check_vantage(name: str) -> str:
    """The name, if there is such a vantage."""
    if find_vantage(name) is None:
        raise VANTAGE_UNKNOWN(at="/vantage")
    return name
