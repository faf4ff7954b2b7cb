"""Queries that fill pages. They change nothing, and return plain frozen values made for one page each."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

__all__ = ["Engine", "Session"]
