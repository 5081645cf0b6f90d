"""What people write, and reading and checking it: scripts, languages, facts."""
