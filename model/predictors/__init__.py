"""Models that say something of a ROI: SEAGULL, the built-in baseline, and those of others."""
