"""Several programs on one project, killed at any moment: what each was told is saved must be there.

``python -m tests.campaign [--kills N] [--seed N]``. A minute of it is in the suite (tests/e2e), a thousand
kills are a bench whose figures stand in docs/benchmarks.md.
"""
