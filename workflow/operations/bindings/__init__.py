"""Papers of many cases bound into files, by an order that a job works off: a campaign's file, an award list."""
