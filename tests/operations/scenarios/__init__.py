"""Scripted stories, stage by stage, that fire every transition through the real operations."""
