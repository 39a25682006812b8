"""Faults, and the proof that no acknowledged delivery is lost or doubled by them."""
