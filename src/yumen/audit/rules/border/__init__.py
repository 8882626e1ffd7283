"""Ways abroad: declared, found, and on which ground."""
