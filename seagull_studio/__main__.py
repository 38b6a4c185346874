"""``python -m seagull_studio`` is ``seagull-studio``."""

from seagull_studio.cli import main

if __name__ == "__main__":
    main()
