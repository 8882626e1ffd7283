"""Domains and hosting: what hosts are, where they stand, how they answer."""
