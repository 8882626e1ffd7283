"""What a foreign authority asks for is blocked, written down and told."""

import pytest

from tests.stories.border.conftest import Border
from yumen.border import authority
from yumen.kit.errors import Problem


async def test_a_request_is_blocked_written_down_and_told(border: Border) -> None:
    async with border.unit() as uow:
        request = await authority.block(uow, "US", "hq")
    assert border.ear.heard == [authority.AuthorityBlocked(border.handler, request, "US")]
    assert await border.kinds() == ["authority.blocked"]


@pytest.mark.parametrize("country", ["CN", "usa", ""])
async def test_a_request_from_here_is_another_matter(border: Border, country: str) -> None:
    with pytest.raises(Problem, match=r"authority\.not_abroad"):
        async with border.unit() as uow:
            await authority.block(uow, country, "hq")
