"""What banks send. Pure: no model, no database."""
