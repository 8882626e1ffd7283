"""A shopper sees what they bought elsewhere, page by page, and nobody else does."""

from __future__ import annotations

from tests.stories.app.conftest import Town
from yumen.app.transfer.past_routes import ROUTES
from yumen.kit.db import Role

PATH = "/v1/past-orders"
PUT = """
insert into inbound.past_order
       (handler_id, source, number, subject_id, state, total_fen, refunded_fen, lines, placed_at, brought_at)
select s.handler_id, 'youzan', 'E-' || n, s.id, 'completed', 100 * n, 0,
       '[{"sku": "TEE-S", "quantity": 1, "due_fen": 100, "title": "T-shirt"}]', '2024-05-01', now()
  from identity.subject s, generate_series(1, 3) as n where s.ref = %s
"""


async def test_earlier_orders_are_shown_to_whom_they_belong(town: Town) -> None:
    assert len(ROUTES) == 1
    visitor, stranger = await town.visitor(), await town.visitor()
    async with await town.house.database.connect(Role.OWNER, autocommit=True) as owner:
        assert (await owner.execute(PUT, (visitor.subject,))).rowcount == 3
    seen, query = [], b"limit=2"
    while query:
        answer = await town.shopper.ask("GET", PATH, query=query, token=visitor.token)
        assert answer.status == 200
        page = answer.json()
        seen += page["items"]
        query = b"" if page["next_cursor"] is None else f"limit=2&cursor={page['next_cursor']}".encode()
    assert [(one["number"], one["total_fen"]) for one in seen] == [("E-3", 300), ("E-2", 200), ("E-1", 100)]
    assert seen[0]["lines"] == [{"sku": "TEE-S", "quantity": 1, "due_fen": 100, "title": "T-shirt"}]
    assert (await town.shopper.ask("GET", PATH, token=stranger.token)).json() == {"items": [], "next_cursor": None}
    assert (await town.shopper.ask("GET", PATH, query=b"cursor=x", token=visitor.token)).status == 400
