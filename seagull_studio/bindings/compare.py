"""The page of one's own ratings, wired."""

from __future__ import annotations

from seagull_studio.bindings.canvas_picture import CanvasPictureBinding
from seagull_studio.bindings.person import PersonAtWindow
from seagull_studio.bindings.setting import Setting
from seagull_studio.controllers.compare import CompareController
from seagull_studio.views.compare.compare_page import ComparePage


def make_compare(setting: Setting) -> tuple[ComparePage, CompareController]:
    """The page, and what it does."""
    page = ComparePage()
    controller = CompareController(setting.session, setting.form, PersonAtWindow(page, setting.log_path))
    controller.setParent(page)
    picture = CanvasPictureBinding(page.canvas, setting.session.pictures, setting.session.workers)
    page.roi_chosen.connect(controller.choose)
    controller.listed.connect(page.set_list)
    controller.chosen_changed.connect(page.set_chosen)
    controller.picture_changed.connect(picture.show)
    controller.outline_changed.connect(picture.set_roi)
    return page, controller
