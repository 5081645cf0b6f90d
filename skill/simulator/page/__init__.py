"""The Echo in the browser: a page that shows and plays what the device of this simulator does, on this machine only."""
