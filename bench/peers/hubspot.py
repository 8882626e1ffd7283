"""hubspot-api-client as a competent engineer uses it: one call a person, connections kept, one or several threads.

`python -m bench.peers.hubspot TASK` (JSON: address, port, secret, threads, seconds) says its figures.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import hubspot
from hubspot.crm.contacts import ApiException, SimplePublicObjectInputForCreate

from bench.peers.pressing import press

TRIES_MAX = 20


def main(task: dict[str, Any]) -> None:
    senders = [_sender(task) for _ in range(task["threads"])]
    for place, send in enumerate(senders):
        send(10_000_000 + place)  # so that each is connected
    print(press(senders, task["seconds"]))


def _sender(task: dict[str, Any]) -> Callable[[int], None]:
    client = hubspot.Client.create(access_token=task["secret"])
    client.config["host"] = f"http://{task['address']}:{task['port']}"
    api = client.crm.contacts.basic_api

    def send(number: int) -> None:
        """Again after a moment where the portal's limit of ten seconds is reached."""
        person = SimplePublicObjectInputForCreate(properties={"lastname": f"王小明 {number}"}, associations=[])
        for _ in range(TRIES_MAX):
            try:
                api.create(person)
            except ApiException as refused:
                if refused.status != 429:
                    raise
                time.sleep(1.0)
            else:
                return

    return send


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
