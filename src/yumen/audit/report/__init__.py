"""Print what a run found, in one format a file."""
