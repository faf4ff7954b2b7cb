"""Rows and SQL, nothing else. No rule of the campaign lives here, and nothing outside knows which database it is."""
