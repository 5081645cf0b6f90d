"""The `massage` command."""
