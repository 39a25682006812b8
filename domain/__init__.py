"""Facts and rules as plain values: events, decisions and folds. No I/O, no clock, no framework."""
