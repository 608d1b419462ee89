"""The stand-in for Qi: cards on a 3-D Secure page, with play cards that have no number."""
