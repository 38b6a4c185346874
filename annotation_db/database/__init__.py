"""One project's database: tables, engines, transactions, journals and backups, what changed."""
