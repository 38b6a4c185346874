"""The page of the project."""
