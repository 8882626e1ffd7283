"""What data stores hold, and how."""
