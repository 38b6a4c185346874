"""What ratings add up to."""
