"""What the service is measured against, each in a process of its own."""
