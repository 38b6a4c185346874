"""Which ROIs somebody looks at, hands out or exports: filters, and filters saved by name."""
