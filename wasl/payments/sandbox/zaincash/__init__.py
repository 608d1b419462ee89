"""ZainCash Payment Gateway v2 as its documentation of January 2026 has it, faults included."""
