"""Queries that answer programs: lists with keyset paging over what the caller may read, and plain frozen values."""
