"""A storm over the demonstration's directorate, played through the endpoints that everybody uses."""
