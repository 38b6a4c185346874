"""Long work in processes of its own: how jobs are described, started, watched, and what each kind does."""
