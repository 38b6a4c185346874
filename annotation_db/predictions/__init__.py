"""What models say, what annotators are shown of it, and what that does to them."""
