"""Chuangyou: stages as state machines, routed along the Party-organisation tree. No HTTP in here."""
