"""A recipient's keys are pinned by two people, one of whom heard the fingerprint by another way."""

from datetime import timedelta

import pytest

from tests.stories.gateway.envelope.conftest import HQ, LI, WANG, Post, headquarters
from yumen.gateway.envelope import Profile, enrolment
from yumen.kit.errors import Problem
from yumen_receiver import Identity, Receiver, State, fingerprint, new_generation


async def propose(post: Post, bundle: bytes, who: str = LI) -> str:
    async with post.person(who) as uow:
        return await enrolment.propose(uow, HQ, post.profile, bundle)


async def confirm(post: Post, keys: str, told: str, who: str = WANG) -> None:
    async with post.person(who) as uow:
        await enrolment.confirm(uow, keys, told, 14)


async def test_who_handed_keys_in_cannot_confirm_them(dual: Post) -> None:
    keys = await propose(dual, dual.identity.bundle())
    with pytest.raises(Problem, match=r"envelope\.same_person"):
        await confirm(dual, keys, fingerprint(dual.identity.bundle()), LI)


async def test_a_fingerprint_that_was_told_differently_pins_nothing(dual: Post) -> None:
    other, _ = headquarters(dual.profile)
    keys = await propose(dual, other.bundle())
    for told in (fingerprint(dual.identity.bundle()), "", "指纹"):
        with pytest.raises(Problem, match=r"envelope\.fingerprint_differs"):
            await confirm(dual, keys, told)


async def test_a_fingerprint_may_be_written_as_people_write_it(dual: Post) -> None:
    keys = await propose(dual, dual.identity.bundle())
    plain = fingerprint(dual.identity.bundle()).upper()
    await confirm(dual, keys, " ".join(plain[at : at + 8] for at in range(0, 64, 8)))


async def test_machines_pin_nothing(dual: Post) -> None:
    with pytest.raises(Problem, match=r"envelope\.not_a_person"):
        async with dual.unit() as uow:
            await enrolment.propose(uow, HQ, dual.profile, dual.identity.bundle())


@pytest.mark.parametrize(
    ("bundle", "reason"),
    [
        (b"{}", "malformed"),
        (b"", "malformed"),
        (b"x" * 9000, "long"),
        (headquarters(Profile.INTL)[0].bundle(), "keys_of_profile"),
        (headquarters(Profile.DUAL, "somebody")[0].bundle(), "recipient"),
        (headquarters(Profile.DUAL)[0].bundle().replace(b",", b", ", 1), "not_canonical"),
    ],
)
async def test_a_file_that_is_not_the_recipients_bundle_is_refused(dual: Post, bundle: bytes, reason: str) -> None:
    with pytest.raises(Problem) as refused:
        await propose(dual, bundle)
    assert (refused.value.code.name, refused.value.facts["reason"]) == ("envelope.bundle_unfit", reason)


async def test_new_keys_take_over_and_the_old_ones_still_open_what_is_under_way(dual: Post) -> None:
    under_way = await dual.seal(b"to the old keys")
    new = Identity(HQ, dual.identity.profile, (*dual.identity.generations, new_generation(dual.identity.profile)))
    dual.identity = new
    await dual.enrol()
    dual.receiver = Receiver(new, dual.receiver.state)
    old = dual.receiver.receive(under_way.data)
    assert old.content == b"to the old keys"
    await dual.settle(old.receipt)
    assert await dual.exchange(b"to the new keys") == b"to the new keys"


async def test_after_the_overlap_the_old_keys_countersign_nothing(dual: Post) -> None:
    under_way = await dual.seal()
    receipt = dual.receiver.receive(under_way.data).receipt
    dual.identity = Identity(HQ, dual.identity.profile, (new_generation(dual.identity.profile),))
    await dual.enrol()
    dual.work.clock.offset = timedelta(days=15)
    with pytest.raises(Problem, match=r"envelope\.receipt_unsigned"):
        await dual.settle(receipt)


async def test_nothing_is_sealed_to_revoked_or_unconfirmed_keys(dual: Post) -> None:
    keys = await dual.enrol()
    async with dual.person(WANG) as uow:
        await enrolment.revoke(uow, keys)
    await propose(dual, dual.identity.bundle())
    with pytest.raises(Problem, match=r"envelope\.no_keys"):
        await dual.seal()


async def test_decided_keys_stay_decided(dual: Post) -> None:
    keys = await propose(dual, dual.identity.bundle())
    async with dual.person(WANG) as uow:
        await enrolment.refuse(uow, keys)
    with pytest.raises(Problem, match=r"envelope\.keys_decided"):
        await confirm(dual, keys, fingerprint(dual.identity.bundle()))
    with pytest.raises(Problem, match=r"envelope\.keys_unknown"):
        await confirm(dual, "rkb_00000000000000000000000000", "")


async def test_pinning_is_in_the_trail(dual: Post) -> None:
    keys = await dual.enrol()
    async with dual.person(LI) as uow:
        await enrolment.revoke(uow, keys)
    kinds = ["envelope.keys_proposed", "envelope.keys_confirmed", "envelope.keys_revoked"]
    assert [await dual.leaves(kind) for kind in kinds] == [2, 2, 1]


async def test_a_stranger_with_the_same_code_cannot_read(dual: Post) -> None:
    _, stranger = headquarters(dual.profile)
    stranger = Receiver(headquarters(dual.profile)[0], State(":memory:"))
    sealed = await dual.seal()
    with pytest.raises(Exception, match=r"parties\.sender"):
        stranger.receive(sealed.data)
