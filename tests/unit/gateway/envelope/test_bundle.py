"""A recipient's bundle has exactly the keys of its profile, each for one use, in one writing."""

import base64
import json

import pytest

from yumen.gateway.envelope import Profile, Suite
from yumen.gateway.envelope.bundle import Use, fingerprint, read_bundle, spoken
from yumen.gateway.envelope.suites import UnfitKey
from yumen_receiver import Identity, new_generation
from yumen_receiver import fingerprint as told


def bundle(profile: Profile) -> bytes:
    return Identity("hq-crm", int(profile), (new_generation(int(profile)),)).bundle()


def changed(profile: Profile, change) -> bytes:
    loose = json.loads(bundle(profile))
    change(loose)
    return json.dumps(loose, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("profile", list(Profile))
def test_the_bundle_that_their_program_writes_is_read(profile: Profile) -> None:
    data = bundle(profile)
    found = read_bundle(data + b"\n", profile)
    assert found.recipient == "hq-crm"
    assert len(found.ids(profile, Use.SEAL)) == len(profile.suites)
    assert fingerprint(data).hex() == told(data)


def _swap(loose) -> None:
    loose["keys"][0]["key"], loose["keys"][2]["key"] = loose["keys"][2]["key"], loose["keys"][0]["key"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda loose: loose["keys"].pop(), "keys_of_profile"),
        (lambda loose: loose["keys"].append(loose["keys"][0]), "malformed"),
        (lambda loose: loose["keys"].__setitem__(1, loose["keys"][0]), "keys_of_profile"),
        (lambda loose: loose["keys"][0].update(key=loose["keys"][1]["key"]), "key_twice"),
        (lambda loose: loose["keys"][0].update(key=base64.b64encode(b"no key").decode()), "intl"),
        (_swap, "intl"),
        (lambda loose: loose.update(version=2), "malformed"),
        (lambda loose: loose.update(recipient="HQ"), "malformed"),
        (lambda loose: loose.update(more=1), "malformed"),
    ],
)
def test_anything_else_is_refused_and_named(change, reason: str) -> None:
    with pytest.raises(UnfitKey, match=f"^{reason}$"):
        read_bundle(changed(Profile.DUAL, change), Profile.DUAL)


def test_a_key_that_is_not_there_is_no_key() -> None:
    with pytest.raises(KeyError):
        read_bundle(bundle(Profile.INTL), Profile.INTL).key(Suite.SM, Use.SEAL)


def test_a_fingerprint_is_read_however_people_write_it() -> None:
    assert spoken(" 1F0C:33b2  aa\n") == "1f0c33b2aa"
