"""The report of a project that a lab attaches to a paper: read, put under pseudonyms, written as one page."""
