"""HQ's own endpoint: records in signed and sealed envelopes, each countersigned by the other side."""

from yumen.gateway.connectors.webhook.connector import Endpoint, Webhook
from yumen.gateway.connectors.webhook.sealer import Sealer

__all__ = ["Endpoint", "Sealer", "Webhook"]
