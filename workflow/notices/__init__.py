"""What is told to people, how it is put, and how it leaves the house: one protocol, several channels."""
