"""A timeline as sound: clips, tracks, captions, and the voices that speak them."""
