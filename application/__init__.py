"""Use cases, the journal and the ports they need."""
