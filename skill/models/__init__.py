"""Interaction models: made from sentences, and checked against Alexa's rules."""
