"""Salesforce: log in, upsert by external id one by one or in masses, ask, take back, and keep to the day's calls."""

from yumen.gateway.connectors.salesforce.connector import Salesforce
from yumen.gateway.connectors.salesforce.jobs import FolderJobs, JobBook, MemoryJobs
from yumen.gateway.connectors.salesforce.org import VERSION, JwtLogin, Org, SecretLogin, read_key

__all__ = ["VERSION", "FolderJobs", "JobBook", "JwtLogin", "MemoryJobs", "Org", "Salesforce", "SecretLogin", "read_key"]
