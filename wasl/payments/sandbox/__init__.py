"""
The sandbox: a payment company that runs on this machine, for trying out and for tests.

It speaks ZainCash v2 (hosted page, inquiry, signed callbacks and returns) with its faults, knows no
database and no Django model, and refuses to start on a real system. `wasl sandbox` starts it.
"""
