"""The pure core: given a snapshot and an act, what happens. No clock, no database, no I/O."""
