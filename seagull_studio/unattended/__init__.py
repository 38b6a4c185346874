"""Drive the real window without a person: for machines without a display, and for screenshots."""
