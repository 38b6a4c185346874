"""Scales with their wording and examples, icons, style sheets, translations."""
