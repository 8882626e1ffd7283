"""Only what the recipient itself countersigned, for exactly this envelope, settles it."""

import pytest

from tests.stories.gateway.envelope.conftest import HQ, Post, headquarters
from yumen.kit.errors import Problem
from yumen_receiver import Identity, Receiver, State


async def test_a_changed_receipt_settles_nothing_wherever_it_was_changed(post: Post) -> None:
    receipt = post.receiver.receive((await post.seal()).data).receipt
    for place in range(len(receipt)):
        changed = receipt[:place] + bytes((receipt[place] ^ 1,)) + receipt[place + 1 :]
        with pytest.raises(Problem, match=r"envelope\.receipt_"):
            await post.settle(changed)
    for cut in (0, 3, 9, 10, len(receipt) - 1):
        with pytest.raises(Problem, match=r"envelope\.receipt_unfit"):
            await post.settle(receipt[:cut])
    with pytest.raises(Problem, match=r"envelope\.receipt_unfit"):
        await post.settle(receipt + b"\0")
    assert await post.settle(receipt) == 1


async def test_a_receipt_counts_once(dual: Post) -> None:
    receipt = dual.receiver.receive((await dual.seal()).data).receipt
    assert await dual.settle(receipt) == 1
    assert await dual.settle(receipt) == 1
    assert await dual.leaves("envelope.receipted") == 1


async def test_a_strangers_receipt_counts_nothing(dual: Post) -> None:
    sealed = await dual.seal()
    known = dual.identity.generations[0]
    forger = headquarters(dual.profile)[0].generations[0]
    opens = {name: key for name, key in known.private.items() if name[1] == "seal"}
    signs = {name: key for name, key in forger.private.items() if name[1] == "sign"}
    public = {name: (known if name[1] == "seal" else forger).public[name] for name in known.public}
    forged = Identity(HQ, dual.identity.profile, (type(known)(public, opens | signs),))
    receiver = Receiver(forged, dual.receiver.state)
    with pytest.raises(Problem, match=r"envelope\.receipt_unsigned"):
        await dual.settle(receiver.receive(sealed.data).receipt)


async def test_a_receipt_for_another_history_is_an_alarm(dual: Post) -> None:
    """The recipient countersigned number 1, and it is not our number 1: somebody rolled us back."""
    sealed = await dual.seal(b"one history")
    receipt = dual.receiver.receive(sealed.data).receipt
    await dual.tamper("update abroad.envelope set identity = 'sha256:' || repeat('0', 64)")
    with pytest.raises(Problem, match=r"envelope\.receipt_differs"):
        await dual.settle(receipt)


async def test_a_receipt_for_what_was_never_sealed_is_refused(dual: Post) -> None:
    receipt = dual.receiver.receive((await dual.seal()).data).receipt
    await dual.tamper("delete from abroad.envelope")
    with pytest.raises(Problem, match=r"envelope\.receipt_unknown"):
        await dual.settle(receipt)


async def test_after_headquarters_lost_its_book_people_agree_to_go_on(dual: Post) -> None:
    for _ in range(3):
        await dual.exchange()
    dual.receiver = Receiver(dual.identity, State(":memory:"))
    await dual.pin()
    late = await dual.seal(b"after the loss")
    (sender,) = dual.receiver.state.senders()
    with pytest.raises(Exception, match=r"keys\.|sequence\.gap"):
        dual.receiver.receive(late.data)
    dual.receiver.accept_gap(sender.name, 3, "disk lost on 2026-11-25")
    opened = dual.receiver.receive(late.data)
    assert opened.content == b"after the loss"
    assert await dual.settle(opened.receipt) == 4
    (gap,) = dual.receiver.state.gaps(all_of_them=True)
    assert (gap.first, gap.last, gap.reason) == (1, 3, "disk lost on 2026-11-25")
