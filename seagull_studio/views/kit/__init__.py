"""Small widgets and looks that every page uses."""
