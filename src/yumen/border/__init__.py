"""Every way out of the mainland: declared in a contract, judged, counted exactly, written into a ledger."""
