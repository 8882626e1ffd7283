"""Two networks joined by a relay of IP packets, as a process of its own: `python -m bench.link.tunnel CONDITIONS`.

It says one line of JSON (the open files of both networks) and relays until its input ends. Lines of the input are
orders: `cut 5` loses everything for five seconds, `stall 5` holds everything back.
"""

from __future__ import annotations

import heapq
import json
import os
import selectors
import sys
import time
from dataclasses import dataclass, field

from bench.link.conditions import ADDRESSES, MTU, Conditions, Way
from bench.link.namespaces import NoNamespaces, become_root_of_own, make_net

READ_AT_ONCE = 64


@dataclass
class Relay:
    """What one network sends comes out in the other, later, or never."""

    devices: list[int]
    ways: list[Way]
    begun: float = field(default_factory=time.monotonic)
    flying: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    number: int = 0

    def now(self) -> float:
        return time.monotonic() - self.begun

    def take(self, side: int) -> None:
        """Take in what that side has sent."""
        for _ in range(READ_AT_ONCE):
            try:
                packet = os.read(self.devices[side], MTU + 100)
            except BlockingIOError:
                return
            arrives = self.ways[side].arrival(self.now(), len(packet))
            if arrives is not None:
                self.number += 1
                heapq.heappush(self.flying, (arrives, self.number, 1 - side, packet))

    def let_out(self) -> float | None:
        """Hand over what has arrived; answers how long until the next does, None when nothing flies."""
        while self.flying:
            wait = self.flying[0][0] - self.now()
            if wait > 0:
                return wait
            _, _, side, packet = heapq.heappop(self.flying)
            try:
                os.write(self.devices[side], packet)
            except OSError:
                continue  # full or not up: lost, as on a real way
        return None

    def obey(self, order: str) -> None:
        """`cut SECONDS` or `stall SECONDS`, from now on."""
        word, _, seconds = order.partition(" ")
        until = self.now() + float(seconds)
        for way in self.ways:
            if word == "cut":
                way.down_until = until
            elif word == "stall":
                way.held_until = until
        if word == "cut":
            self.flying.clear()


def run(relay: Relay) -> None:
    """Relay until the input ends."""
    with selectors.DefaultSelector() as selector:
        for side, device in enumerate(relay.devices):
            selector.register(device, selectors.EVENT_READ, side)
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
        while True:
            for key, _ in selector.select(relay.let_out()):
                if key.data is not None:
                    relay.take(key.data)
                    continue
                orders = os.read(sys.stdin.fileno(), 4096).decode()
                if not orders:
                    return
                for order in orders.splitlines():
                    relay.obey(order)


def main(words: list[str]) -> int:
    conditions = Conditions.from_json(words[0])
    try:
        if os.geteuid() != 0:
            become_root_of_own()
        made = [make_net(address, MTU) for address in ADDRESSES.values()]
    except NoNamespaces as refused:
        print(json.dumps({"refused": str(refused)}), flush=True)
        return 1
    networks = dict(zip(ADDRESSES, (network for network, _ in made), strict=True))
    print(json.dumps(networks), flush=True)
    run(Relay([device for _, device in made], [Way(conditions, conditions.seed + side) for side in (0, 1)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
