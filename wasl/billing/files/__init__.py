"""Files from outside, hostile until proven: their lines as texts, nothing believed."""
