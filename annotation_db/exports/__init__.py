"""Export folders: SEAGULL, LLaVA and COCO files, tables of votes and labels, splits, README and manifest."""
