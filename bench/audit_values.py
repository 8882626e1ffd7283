"""How many values of a database the auditor classifies in a second: columns of every kind, a third harmless."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

ROWS: Final = 20_000
RUNS: Final = 3
ON: Final = date(2026, 11, 26)
_COLUMNS: Final[Mapping[str, Callable[[int], str]]] = {
    "mobile": lambda n: f"138{n:08d}",
    "openid": lambda n: f"o{n:027x}",
    "receiver_name": lambda n: "王李张刘陈杨"[n % 6] + "伟芳娜敏静强"[n // 6 % 6],
    "address": lambda n: f"上海市静安区南京西路{n}号{n % 30}室",
    "id_card": lambda n: f"11010119900307{n % 10_000:04d}",
    "card_no": lambda n: f"622202{n:013d}",
    "email": lambda n: f"a{n}@mail.example",
    "remark": lambda n: f"order {n} packed",
    "sku": lambda n: f"SKU-{n:06d}",
    "created_at": lambda n: f"2026-11-{n % 28 + 1:02d} 10:00:00",
    "amount": lambda n: str(n * 7 % 99_999),
    "uuid": lambda n: f"{n:08x}-0000-4000-8000-{n:012x}",
}


def values_per_second() -> float:
    """Of one core, the best of some runs."""
    from yumen.audit.evidence.classify import classify

    table = {name: [make(number) for number in range(ROWS)] for name, make in _COLUMNS.items()}
    best_s = float("inf")
    for _ in range(RUNS):
        start = time.process_time()
        for name, values in table.items():
            classify(name, values, ON)
        best_s = min(best_s, time.process_time() - start)
    return round(ROWS * len(table) / best_s)
