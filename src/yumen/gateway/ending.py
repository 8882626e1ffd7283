"""Why tasks that ran together ended: the problems in their group, one by one."""

from __future__ import annotations

from yumen.kit.errors import Problem


def problems_of(group: BaseExceptionGroup[Problem]) -> list[Problem]:
    """However deep they lie; at least one."""
    found: list[Problem] = []
    for one in group.exceptions:
        found += problems_of(one) if isinstance(one, BaseExceptionGroup) else [one]
    return found
