"""The rating panel."""
