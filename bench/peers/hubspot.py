"""hubspot-api-client as a competent engineer uses it: one call a person, connections kept, one or several threads.

`python -m bench.peers.hubspot TASK` (JSON: address, port, secret, threads, seconds) says its figures.
"""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from typing import Any

import hubspot
from hubspot.crm.contacts import ApiException, SimplePublicObjectInputForCreate

TRIES_MAX = 20


def main(task: dict[str, Any]) -> None:
    numbers, done, lock = itertools.count(1), [0.0], threading.Lock()
    clients = [_client(task) for _ in range(task["threads"])]
    for client in clients:
        _create(client, f"warm{next(numbers)}")
    begun = time.monotonic()

    def run(client: Any) -> None:
        while time.monotonic() - begun < task["seconds"]:
            _create(client, f"王小明 {next(numbers)}")
            with lock:
                done[0] += 1

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"persons": done[0], "seconds": time.monotonic() - begun}))


def _client(task: dict[str, Any]) -> Any:
    client = hubspot.Client.create(access_token=task["secret"])
    client.config["host"] = f"http://{task['address']}:{task['port']}"
    return client.crm.contacts.basic_api


def _create(api: Any, name: str) -> None:
    """Again after a moment where the portal's limit of ten seconds is reached."""
    for _ in range(TRIES_MAX):
        try:
            api.create(SimplePublicObjectInputForCreate(properties={"lastname": name}, associations=[]))
        except ApiException as refused:
            if refused.status != 429:
                raise
            time.sleep(1.0)
        else:
            return


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
