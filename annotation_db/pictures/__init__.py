"""Pictures and the regions marked on them."""
