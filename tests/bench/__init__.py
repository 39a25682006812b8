"""The benchmark: `make bench` prints its figures, as ratios measured side by side in one run."""
