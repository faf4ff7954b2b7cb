"""Verbs: one intention of one user per module. They take (session, installation, actor, …) and never commit."""
