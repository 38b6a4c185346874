"""The page of models, jobs and the pre-fill."""
