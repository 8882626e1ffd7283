"""What the brand owes the persons and the authorities."""
