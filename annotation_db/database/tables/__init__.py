"""The tables, by theme. `annotation_db.database.schema` has all of them."""
