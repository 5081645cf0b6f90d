"""A timeline as SSML: cutting it into parts, writing markup, and checking it against Alexa's rules."""
