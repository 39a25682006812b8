"""A stand-in for ServiceChannel: the lives of work orders, played against a webhook."""
