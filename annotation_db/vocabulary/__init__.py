"""The scales, and the words in which they are asked and answered: standard library only."""
