"""The conversation, and the doors through which it is reached."""
