"""
Payment companies that run on this machine, with play money: `wasl sandbox` starts them all.

Each stands in for a real one and keeps its contract with its faults (`companies.py` lists them). They
know no database and no Django model, and refuse to start on a real system.
"""
