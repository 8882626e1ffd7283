"""What make runs: setting up, checking, building the documentation. Not part of the product."""
