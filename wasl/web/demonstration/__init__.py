"""The demonstration: invented people who use the real services, under a simulated clock."""
