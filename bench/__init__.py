"""What Wasl costs: run `make bench`."""
