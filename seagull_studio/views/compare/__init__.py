"""The page of one's own ratings beside the labels."""
