"""Rows of JSON by person, in SQLite, PostgreSQL or DynamoDB. Knows nothing of massages."""
