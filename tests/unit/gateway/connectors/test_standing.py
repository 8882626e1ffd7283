"""What is known of the quota grows old."""

from yumen.gateway.connectors import Budget
from yumen.gateway.connectors.standing import Standing


def test_what_was_told_is_forgotten_after_a_minute():
    now = [0.0]
    standing = Standing(lambda: now[0])
    assert standing.fresh() is None
    standing.told(Budget(5, 10))
    now[0] = 59.0
    assert standing.fresh() == Budget(5, 10)
    now[0] = 61.0
    assert standing.fresh() is None


def test_a_spent_quota_leaves_nothing_and_is_asked_for_again():
    now = [0.0]
    standing = Standing(lambda: now[0])
    standing.told(Budget(5, 10))
    standing.spent()
    assert standing.fresh() == Budget(0, 10)
    now[0] = 61.0
    assert standing.fresh() is None
