"""What the outside meets: the webhook and the command line."""
