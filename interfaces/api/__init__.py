"""What programs ask beside the webhook."""
