"""The trial wallet: a company that speaks ZainCash v2 in the plainest way, for trying Wasl out."""
