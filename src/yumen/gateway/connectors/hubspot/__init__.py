"""HubSpot: log in, keep its pace, upsert by a unique property, ask, take back, and make the properties it lacks."""

from yumen.gateway.connectors.hubspot.account import Account, RefreshLogin, TokenLogin
from yumen.gateway.connectors.hubspot.connector import HubSpot
from yumen.gateway.connectors.hubspot.properties import Wanted, wanted_by
from yumen.gateway.connectors.hubspot.token_book import MemoryBook, TokenBook

__all__ = ["Account", "HubSpot", "MemoryBook", "RefreshLogin", "TokenBook", "TokenLogin", "Wanted", "wanted_by"]
