"""Filings, licences, reports and audits: what applies, what exists, what expires, what contradicts what."""
