"""Files and folders: written whole or not at all, read only where they are plain files."""
