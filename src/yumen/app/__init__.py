"""The edges of the house: HTTP servers, worker, command line. Only here is everything known and anything committed."""
