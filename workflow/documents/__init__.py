"""Official papers: plain values in, a numbered, hashed PDF out. No database and no HTTP here."""
