"""The Review page: overview, annotators, disputes, audit trail."""
