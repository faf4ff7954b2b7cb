"""Migrations of the schema, one file a step, run by `alembic upgrade head`."""
