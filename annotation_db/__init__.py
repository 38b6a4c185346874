"""The project's data: schema, ratings, labels, import and export. Knows no Qt and no torch."""
