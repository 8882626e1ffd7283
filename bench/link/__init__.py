"""A long, thin, lossy way between two programs of this machine: the gate in China, a recipient abroad.

    with opened(Conditions()) as link:
        with link.server.running([...], port=8000):
            link.client.run([...])           # reaches it at link.server.address, through the link

`tunnel` joins two network namespaces by a relay of IP packets: real TCP on both sides, real losses, no special rights
where user namespaces are allowed. `relay` is a TCP relay for machines without either: right about delays, stalls,
resets and cuts, too kind about losses, so no figure of throughput is taken over it.
"""

from bench.link.conditions import BAD, Conditions, Outage
from bench.link.side import Link, NoNamespaces, Side, opened

__all__ = ["BAD", "Conditions", "Link", "NoNamespaces", "Outage", "Side", "opened"]
