"""Who rates what, and what they gave."""
