"""What the one who waits is told; the figures alone go to standard output."""

import sys


def say(sentence: str) -> None:
    """Tell the terminal."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
