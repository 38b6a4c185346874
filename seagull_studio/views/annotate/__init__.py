"""The page on which ROIs are marked and rated."""
