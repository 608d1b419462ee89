"""Starts and stops the local system: the embedded database, web, worker and payment sandbox."""
