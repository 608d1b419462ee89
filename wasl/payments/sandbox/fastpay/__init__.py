"""The stand-in for FastPay: a wallet that answers HTTP 200 to everything, and tells of success."""
