"""A small flood of notices; the large one is in `tests/soak`."""

from tests.stories.customer.orders.flood import Pace, flood
from tests.stories.customer.orders.flood_books import Sizes


async def test_notices_sent_often_shuffled_and_forged_are_booked_once_though_who_takes_them_is_killed(
    cluster, tmp_path
):
    urls = await cluster.create_pair()
    try:
        sizes, pace = Sizes(payments=80, refunds=20, people=4, articles=4), Pace(processes=1, announced=0.0)
        over = await flood(urls, tmp_path, sizes, kills=1, seed=7, pace=pace)
    finally:
        await cluster.drop_pair(urls)
    assert (over.differences, over.forged_taken) == ([], [])
    assert over.counts["kills"] == 1
    assert over.counts["forged"] > 0
    assert over.counts["answered"] >= over.counts["to_send"] > 200
