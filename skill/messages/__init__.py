"""All that the skill says outside scripts."""
