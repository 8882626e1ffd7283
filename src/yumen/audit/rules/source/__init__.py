"""The source code of mini-programs: what it keeps, sends, asks and calls."""
