"""Nothing that was saved is lost: checks, what a journal has more, going back, saving what is left."""
