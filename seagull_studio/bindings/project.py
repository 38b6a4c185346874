"""The Project page, wired."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from seagull_studio.bindings.list_dialogs import LabelRunsList, WithdrawnList
from seagull_studio.bindings.person import PersonAtWindow
from seagull_studio.bindings.setting import Setting
from seagull_studio.controllers.people import PeopleController
from seagull_studio.controllers.project import ProjectController
from seagull_studio.views.project.annotators_card import AnnotatorsCard
from seagull_studio.views.project.project_page import ProjectPage


def make_project(setting: Setting) -> tuple[QWidget, ProjectController]:
    """The page, and what it does."""
    page = ProjectPage(setting.form)
    person = PersonAtWindow(page, setting.log_path)
    controller = ProjectController(setting.session, setting.form, setting.who, person)
    controller.setParent(page)

    page.assign_requested.connect(controller.assigning.open)
    page.groups_requested.connect(controller.groups.open)
    page.aggregate_requested.connect(controller.aggregate)
    page.backup_requested.connect(controller.back_up)
    page.settings_requested.connect(controller.settings.open)
    controller.project_changed.connect(page.set_project)
    controller.coverage_changed.connect(page.set_coverage)
    controller.labels_changed.connect(page.set_label_summary)
    controller.backup_changed.connect(page.set_backup)
    page.set_policies(controller.policies())

    page.import_images_requested.connect(controller.imports.choose_images)
    page.import_rois_requested.connect(controller.imports.choose_rois)
    page.import_ratings_requested.connect(controller.imports.choose_ratings)
    page.export_requested.connect(controller.exports.choose)
    page.check_requested.connect(controller.checking.check)
    _wire_people(page.annotators, controller.people)

    page.relocate_requested.connect(controller.pictures.choose_where)
    page.withdrawn_requested.connect(controller.pictures.list_withdrawn)
    WithdrawnList(page, controller.pictures, person)
    page.label_runs_requested.connect(controller.label_runs.open)
    LabelRunsList(page, controller.label_runs, person)
    return page, controller


def _wire_people(card: AnnotatorsCard, people: PeopleController) -> None:
    card.add_requested.connect(people.add)
    card.exclude_requested.connect(people.exclude)
    card.readmit_requested.connect(people.readmit)
    card.merge_requested.connect(people.merge)
    card.unmerge_requested.connect(people.unmerge)
    card.lead_requested.connect(people.make_lead)
    card.annotator_requested.connect(people.make_annotator)
    people.rows_changed.connect(card.set_rows)
