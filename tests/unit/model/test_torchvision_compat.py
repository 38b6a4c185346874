"""torchvision, timm and segment-anything import beside any build of torch."""

from __future__ import annotations

import subprocess
import sys


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_libraries_import_after_prepare_and_twice_is_harmless() -> None:
    out = _run(
        "from model.torchvision_compat import prepare\n"
        "first = prepare()\n"
        "assert prepare() is False\n"
        "import torchvision, segment_anything\n"
        "from torchvision.transforms.functional import resize, to_pil_image\n"
        "assert prepare() is False\n"
        "print(first)"
    )
    assert out in {"True", "False"}


def test_a_working_torchvision_is_left_alone() -> None:
    _run(
        "import sys, types\n"
        "sys.modules['torchvision'] = types.ModuleType('torchvision')\n"
        "from model.torchvision_compat import prepare\n"
        "assert prepare() is False\n"
        "assert 'torch' not in sys.modules"
    )


def test_a_missing_torchvision_is_left_alone() -> None:
    _run(
        "import importlib.util as u\n"
        "real = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'torchvision' else real(name, package)\n"
        "from model.torchvision_compat import prepare\n"
        "assert prepare() is False"
    )
