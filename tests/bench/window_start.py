"""The command that a person types, from the start of its process to the first ROI that can be rated.

The texts below are what runs in that process: the program's own way in, with nothing replaced but the event
loop, which here ends as soon as the window can be used.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PEAK = """
def peak_mib():
    try:
        rows = open("/proc/self/status").read().splitlines()
        return int(next(row for row in rows if row.startswith("VmHWM")).split()[1]) / 1024
    except (OSError, StopIteration):
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
"""
OURS = """
import importlib.util, json, os, sys, time

class AfterImport:
    '''Puts the watching loop in the place of Qt's own, once the program itself has imported Qt.'''
    def find_spec(self, name, path=None, target=None):
        if name != "seagull_studio.app":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module
        def exec_module(module):
            execute(module)
            module.QApplication.exec = watch
        spec.loader.exec_module = exec_module
        return spec

def watch(*_):
    from PySide6.QtWidgets import QApplication
    from seagull_studio.views.annotate.annotate_page import AnnotatePage
    def page():
        for window in QApplication.topLevelWidgets():
            for page in window.findChildren(AnnotatePage):
                picture = page.canvas.picture
                if picture is not None and picture.complete and page.panel.is_ready():
                    return page
    while (found := page()) is None:
        QApplication.processEvents()
        time.sleep(0.0005)
    found.canvas.repaint()
    found.panel.repaint()
    heavy = [n for n in ("torch", "torchvision", "transformers", "scipy", "skimage", "cv2", "pandas",
                         "timm") if n in sys.modules]
    print(json.dumps({"at": time.time(), "mib": peak_mib(), "heavy": heavy}), flush=True)
    os._exit(0)

sys.meta_path.insert(0, AfterImport())
from seagull_studio.cli import run
run(["open", sys.argv[1]])
"""

LABELME = """
import json, os, sys, time
import labelme.__main__
from PyQt5 import QtWidgets

def watch(*_):
    application = QtWidgets.QApplication.instance()
    def canvas():
        for window in application.topLevelWidgets():
            for widget in window.findChildren(QtWidgets.QWidget):
                if type(widget).__name__ == "Canvas" and widget.pixmap and not widget.pixmap.isNull():
                    return widget
    while (found := canvas()) is None:
        application.processEvents()
        time.sleep(0.0005)
    found.repaint()
    print(json.dumps({"at": time.time(), "mib": peak_mib(), "heavy": []}), flush=True)
    os._exit(0)

QtWidgets.QApplication.exec_ = watch
labelme.__main__.main()
"""

BARE = """
import json, os, sys, time
from pathlib import Path
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
application = QApplication([])
window, label = QMainWindow(), QLabel()
label.setPixmap(QPixmap(str(next(Path(sys.argv[1]).glob("*.jpg")))))
window.setCentralWidget(label)
window.show()
application.processEvents()
label.repaint()
print(json.dumps({"at": time.time(), "mib": peak_mib(), "heavy": []}), flush=True)
os._exit(0)
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One start of a program, or the median of several."""

    seconds: float
    processor_seconds: float
    mib: float
    """Peak of the process."""
    heavy: tuple[str, ...]
    """Heavy libraries that it imported."""


def started(python: str, code: str, argument: Path, home: Path) -> Start:
    """Run one program once, as if started by a person whose home is `home`."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    # People's machines keep compiled modules; without them every start would compile anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(home / "compiled")
    began = time.time()
    child = subprocess.Popen(
        [python, "-c", PEAK + code, str(argument)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode or not said.strip():
        raise SystemExit(f"{python} did not get its window open (status {child.returncode}).")
    answer = json.loads(said.splitlines()[-1])
    return Start(
        answer["at"] - began,
        used.ru_utime + used.ru_stime,
        answer["mib"],
        tuple(answer["heavy"]),
    )


def compare(programs: dict[str, tuple[str, str, Path]], home: Path, runs: int) -> dict[str, Start]:
    """Medians of `runs` starts of each program, in turns, after one to warm up.

    `programs`: name to Python, code and argument.
    """
    found: dict[str, list[Start]] = {name: [] for name in programs}
    for turn in range(runs + 1):
        for name, (python, code, argument) in programs.items():
            one = started(python, code, argument, home)
            if turn:
                found[name].append(one)
    return {
        name: Start(
            statistics.median(one.seconds for one in starts),
            statistics.median(one.processor_seconds for one in starts),
            statistics.median(one.mib for one in starts),
            starts[0].heavy,
        )
        for name, starts in found.items()
    }
