"""First Iraqi Bank's online payments as its official client libraries have them, faults included."""
