"""From the words that a person said to an intent with slots. Pure: no I/O, no network."""
