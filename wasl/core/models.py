"""
Core has no models: its two tables, the cache and the counters of attempts, are made by migration.

The module exists because Django tells only apps with one that a migrate has ended.
"""
