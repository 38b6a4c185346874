"""How well a model's predictions meet the labels of an export: files in, figures out; no database."""
