"""What libraries say of their own future is for this program's developers, not for those who use it."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Final

_OF_DEPRECATION: Final = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)


def keep_from_users() -> None:
    """Keep libraries' deprecation warnings off standard error, in this process and those it starts.

    For the beginning of a process that a person started. Whoever asked Python for warnings (``-W``,
    ``PYTHONWARNINGS``) sees them; the tests see them, because they call what is behind the entry points.
    """
    # Transformers tells some by its log, which goes to standard error too.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    if sys.warnoptions:
        return
    for category in _OF_DEPRECATION:
        warnings.filterwarnings("ignore", category=category)
    # Pillow's of damaged metadata: whatever it means for a picture is said in a sentence.
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\b")
    # Torch has no category for them.
    warnings.filterwarnings("ignore", message=r"(?s).*\bdeprecated\b", category=UserWarning)
