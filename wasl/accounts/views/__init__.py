"""Pages of signing in, signing out, sessions and profile."""
