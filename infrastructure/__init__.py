"""Adapters: the event log, the mapper, tables, the embedded database, settings."""
