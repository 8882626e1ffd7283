"""Every route against the access table: the picture that a reviewer compares, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yumen.kit.i18n import Language, text
from yumen.security.access.policies import Policies


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One route as the matrix shows it; without a resource it is refused to everybody."""

    path: str
    method: str
    resource: str = ""
    action: str = ""


def render_matrix(routes: Iterable[Route], policies: Policies, language: Language) -> str:
    """A Markdown table, one line for each route, one column for each role; then who may approve what."""
    heads = [text(f"access.head.{head}", language) for head in ("route", "line")]
    heads += [text(f"access.role.{role}", language) for role in policies.roles]
    lines = ["| " + " | ".join(heads) + " |", "| --- | --- |" + " :-: |" * len(policies.roles)]
    for route in sorted(set(routes)):
        cells = ["✓" if policies.allowed((role,), route.resource, route.action) else "·" for role in policies.roles]
        lines.append(f"| `{route.method} {route.path}` | {route.resource}.{route.action} | " + " | ".join(cells) + " |")
    acts = [text(f"access.head.{head}", language) for head in ("act", "approver")]
    lines += ["", f"| {acts[0]} | {acts[1]} |", "| --- | --- |"]
    for act, roles in sorted(policies.approvers.items()):
        names = ", ".join(text(f"access.role.{role}", language) for role in policies.roles if role in roles)
        lines.append(f"| {text(f'access.act.{act}', language)} (`{act}`) | {names} |")
    return "\n".join(lines) + "\n"
