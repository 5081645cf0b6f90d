"""Scripts become timed speech. Knows nothing of Alexa requests, Flask, users or storage."""
