"""The ServiceChannel endpoint, as its contract describes it."""
