"""Jobs of billing."""
