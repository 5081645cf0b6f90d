"""From a script and what a person wants to an exact list of cues with their seconds."""
