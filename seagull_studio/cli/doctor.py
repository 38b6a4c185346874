"""``doctor``: what this machine has, what is missing, and how to get it."""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from annotation_db.version import program_version
from seagull_studio.cli.runner import Output
from seagull_studio.log import log_file

LIBRARIES: Final = (
    "PySide6-Essentials",
    "sqlalchemy",
    "numpy",
    "pillow",
    "pycocotools",
    "opencv-python-headless",
    "torch",
    "torchvision",
    "segment-anything",
    "timm",
    "transformers",
    "peft",
    "psycopg",
)
SYSTEM: Final = {
    "EGL": "libegl1",
    "GL": "libgl1",
    "xkbcommon": "libxkbcommon0",
    "dbus-1": "libdbus-1-3",
    "fontconfig": "libfontconfig1",
    "glib-2.0": "libglib2.0-0",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-image": "libxcb-image0",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-randr": "libxcb-randr0",
    "xcb-render-util": "libxcb-render-util0",
    "xcb-shape": "libxcb-shape0",
    "xcb-xkb": "libxcb-xkb1",
    "xkbcommon-x11": "libxkbcommon-x11-0",
}
"""System library that Qt's window needs on Linux -> its Debian package."""
_LOW_DISK: Final = 5 << 30


def doctor(output: Output) -> None:
    """Examine the machine; problems are told, and are no failure of this command."""
    problems: list[str] = []
    document = {
        "version": program_version(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": _libraries(problems),
        "gpu": (gpu := _gpu(problems)),
        "pair": _pair(problems, has_gpu=bool(gpu["devices"]) or _has_driver()),
        "weights": _weights(problems),
        "window": _window(problems),
        "system_libraries": _system(problems),
        "disk": _disk(problems),
        "log": str(log_file()),
        "problems": problems,
    }
    output.result(document)
    if output.as_json:
        return
    for line in _lines(document):
        output.say(line)


def _libraries(problems: list[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
            if name != "psycopg":  # only for projects on a server
                problems.append(f"The library {name} is missing; install it with: pip install {name}.")
    return found


def _gpu(problems: list[str]) -> dict[str, Any]:
    try:
        import torch
    except Exception as error:
        problems.append(f"torch does not start ({error}); install it again.")
        return {"torch": None, "devices": []}
    devices = [
        {
            "name": torch.cuda.get_device_name(number),
            "memory_gib": round(torch.cuda.get_device_properties(number).total_memory / 2**30, 1),
        }
        for number in range(torch.cuda.device_count())
    ]
    mps = torch.backends.mps.is_available()
    if not devices and not mps:
        problems.append("There is no GPU that torch can use; SAM then takes seconds per picture.")
    return {
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "mps": mps,
        "devices": devices,
        "threads": torch.get_num_threads(),
    }


def _pair(problems: list[str], *, has_gpu: bool) -> dict[str, Any]:
    """Whether torchvision's compiled operators run with the torch that is there."""
    from model.torch_pair import mending, mismatch

    try:
        versions = " and ".join(f"{name} {metadata.version(name)}" for name in ("torch", "torchvision"))
    except metadata.PackageNotFoundError:  # told already
        return {"matches": None, "reason": None, "mend": None}
    reason = mismatch()
    if reason is None:
        return {"matches": True, "reason": None, "mend": None}
    command = mending(gpu=has_gpu)
    problems.append(
        f"{versions} do not fit each other ({reason}), so that neither SAM nor SEAGULL can be "
        f"started; mend it with: {command}"
    )
    return {"matches": False, "reason": reason, "mend": command}


def _has_driver() -> bool:
    """Whether there is a GPU that the torch at hand may be the wrong one for."""
    if not sys.platform.startswith("linux"):
        return True  # the registry's build is the right one there
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def _weights(problems: list[str]) -> dict[str, Any]:
    from model.segmenters.factory import find_segmenters
    from seagull_studio.services.settings import Settings, weights_folders

    folders = weights_folders(Settings().choices().weights_folder)
    found = [spec for spec in find_segmenters(folders) if spec.path is not None]
    if not found:
        problems.append(
            "There are no SAM weights; put sam_vit_b_01ec64.pth from the segment-anything page into "
            f"{folders[0]}, or mark ROIs with the classical segmenter."
        )
    return {
        "folders": [str(folder) for folder in folders],
        "found": [{"name": spec.name, "file": spec.path} for spec in found],
    }


def _window(problems: list[str]) -> dict[str, Any]:
    try:
        from PySide6.QtGui import QFontDatabase, QGuiApplication
    except ImportError as error:
        problems.append(f"Qt does not start ({error}); see the system libraries below.")
        return {"qt": None}
    from PySide6.QtCore import qVersion

    linux = sys.platform.startswith("linux")
    shown = not linux or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    if not shown:
        problems.append("There is no display (DISPLAY is not set): the commands work, the window does not.")
    application = None
    if QGuiApplication.instance() is None:
        # Fonts need an application. On a display whose libraries are missing Qt would end the program.
        application = QGuiApplication(["doctor", *(["-platform", "offscreen"] if linux else [])])
    fonts = QFontDatabase.families()
    if application is not None:
        application.shutdown()
    if not fonts:
        problems.append("There are no fonts; install some, for example the package fonts-dejavu-core.")
    chosen = os.environ.get("QT_QPA_PLATFORM")
    return {"qt": qVersion(), "platform": chosen, "display": shown, "fonts": len(fonts)}


def _system(problems: list[str]) -> dict[str, Any]:
    if not sys.platform.startswith("linux"):
        return {"checked": False, "missing": []}
    missing = [
        {"library": f"lib{name}", "package": package}
        for name, package in SYSTEM.items()
        if ctypes.util.find_library(name) is None
    ]
    if missing:
        packages = " ".join(entry["package"] for entry in missing)
        problems.append(f"System libraries are missing; install them with: apt-get install {packages}.")
    return {"checked": True, "missing": missing}


def _disk(problems: list[str]) -> dict[str, Any]:
    from platformdirs import user_cache_path, user_data_path

    places = {"data": user_data_path("seagull-studio"), "cache": user_cache_path("seagull-studio")}
    places["here"] = Path.cwd()
    found: dict[str, Any] = {}
    for name, path in places.items():
        standing = next(p for p in (path, *path.parents) if p.exists())
        free = shutil.disk_usage(standing).free
        found[name] = {"folder": str(path), "free_gib": round(free / 2**30, 1)}
        if free < _LOW_DISK:
            problems.append(
                f"Less than 5 GiB are free at {path}; make room before working with many pictures."
            )
    return found


def _lines(document: dict[str, Any]) -> list[str]:
    gpu, window = document["gpu"], document["window"]
    devices = ", ".join(f"{d['name']} ({d['memory_gib']} GiB)" for d in gpu["devices"])
    weights = ", ".join(entry["name"] for entry in document["weights"]["found"])
    libraries = document["libraries"].items()
    return [
        f"SEAGULL Studio {document['version']}, Python {document['python']}, {document['platform']}",
        f"GPU: {devices or ('Apple' if gpu.get('mps') else 'none')}; torch {gpu['torch']}",
        f"SAM weights: {weights or 'none'}",
        f"Qt {window['qt']}, {window.get('fonts', 0)} font families, "
        f"{'a display' if window.get('display') else 'no display'}",
        "Libraries: " + ", ".join(f"{name} {version}" for name, version in libraries if version),
        *(f"Free at {e['folder']}: {e['free_gib']} GiB" for e in document["disk"].values()),
        f"Log: {document['log']}",
        *(["", "To look into:"] if document["problems"] else ["", "Nothing is missing."]),
        *(f"- {problem}" for problem in document["problems"]),
    ]
