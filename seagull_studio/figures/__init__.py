"""Figures for papers: drawn by matplotlib from what the window shows, once for reports and for saving."""
