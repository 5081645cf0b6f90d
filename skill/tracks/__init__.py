"""Tracks that can be played: a plan as a code in an address, and its bytes by range."""
