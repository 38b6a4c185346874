"""Torch: segmenters, the SEAGULL network, inference, training, metrics. Knows no Qt and no SQL."""
