"""Wasl (وصل): electricity services from home, with a receipt that nobody can rewrite."""

__version__ = "0.1.0"
