"""The skill manifest, and the rules for it."""
