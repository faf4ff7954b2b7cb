"""One thing done for many cases, worked off by durable jobs: batches, migrations, launches over a tree."""
