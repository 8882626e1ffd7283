"""Who has bought, by how long a person waits at a step; and what is told of orders made twice."""

from bench.miniprogram_journeys import PATIENCE_S, Journey, Outcome, conditions, goals, rows


def journey(client: str, *seconds: float, done: bool = True, orders: int = 1, payments: int = 1) -> Journey:
    steps = [(f"step {number}", round(each * 1e3), 1) for number, each in enumerate(seconds)]
    return Journey(client, steps, done, 10, payments, ["paid"] * orders)


def test_a_journey_counts_when_no_step_took_longer_than_the_patience():
    assert journey("storefront", 1, 9.9).within(10)
    assert not journey("storefront", 1, 10.1).within(10)
    assert not journey("storefront", 1, done=False).within(10)


def test_shares_are_of_one_client_alone():
    outcome = Outcome([journey("storefront", 1), journey("storefront", 20), journey("plain", 40)], [], 1.0, "packets")
    assert outcome.share("storefront", PATIENCE_S) == 50
    assert outcome.share("plain", PATIENCE_S) == 0


def test_a_second_order_of_the_storefront_misses_a_goal():
    whole = [journey("storefront", 1), journey("plain", 1, orders=2)]
    assert [goal.verdict for goal in goals(Outcome(whole, [], 1.0, "packets"))] == ["aim", "aim"]
    twice = [journey("storefront", 1, orders=2), journey("plain", 1)]
    assert [goal.verdict for goal in goals(Outcome(twice, [], 1.0, "packets"))] == ["aim", "missed"]
    told = {what: (ours, peer) for what, ours, peer in rows(Outcome(whole, [], 1.0, "packets"))}
    assert told["journeys with two orders"] == ("0", "1")


def test_every_phone_has_its_own_share_of_the_link():
    assert conditions(10).rate == 10 * conditions(1).rate
    assert conditions(1).loss == 0.1
