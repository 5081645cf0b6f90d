"""All that is on Amazon's wire: envelopes, signatures, requests, responses."""
