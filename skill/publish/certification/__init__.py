"""Amazon's tests for a skill, as far as a machine can run them: the rules as data, and a check for each."""
