"""The conversation: what is so now, what is decided, and what is delivered. No I/O."""
