"""The Review page, wired."""

from __future__ import annotations

from seagull_studio.bindings.canvas_picture import CanvasPictureBinding
from seagull_studio.bindings.page_activity import PageActivity
from seagull_studio.bindings.person import PersonAtWindow
from seagull_studio.bindings.setting import Setting
from seagull_studio.controllers.review import ReviewController
from seagull_studio.controllers.review_annotators import ReviewAnnotatorsController
from seagull_studio.controllers.review_audit import ReviewAuditController
from seagull_studio.controllers.review_disputes import ReviewDisputesController
from seagull_studio.views.review.annotators_tab import AnnotatorsTab
from seagull_studio.views.review.audit_tab import AuditTab
from seagull_studio.views.review.disputes_tab import DisputesTab
from seagull_studio.views.review.review_page import ReviewPage


def make_review(setting: Setting) -> tuple[ReviewPage, ReviewController]:
    """The page, and what it does."""
    page = ReviewPage(setting.form)
    person = PersonAtWindow(page, setting.log_path)
    controller = ReviewController(setting.session, setting.form, setting.who, person)
    controller.setParent(page)

    page.cancel_requested.connect(controller.cancel)
    page.compute_requested.connect(controller.compute)
    controller.busy_changed.connect(page.set_busy)
    controller.tab_wanted.connect(page.show_tab)

    page.report_requested.connect(controller.papers.make_report)
    page.overview.figure_wanted.connect(controller.papers.save_figure)
    page.annotators.person.figure_wanted.connect(controller.papers.save_figure)

    tab, overview = page.overview, controller.overview
    tab.rois_wanted.connect(controller.look_at)
    tab.more_requested.connect(controller.more.ask)
    overview.coverage_changed.connect(tab.coverage.set_coverage)
    overview.firm_changed.connect(tab.firm.set_rows)
    overview.firm_said.connect(tab.set_firm_note)
    overview.pace_changed.connect(tab.set_pace)
    overview.alphas_changed.connect(tab.alphas.set_rows)
    overview.reach_changed.connect(tab.reach.set_rows)

    _wire_annotators(page.annotators, controller.annotators)
    _wire_disputes(page.disputes, controller.disputes, setting)
    _wire_audit(page.audit, controller.audit)
    return page, controller


def _wire_annotators(tab: AnnotatorsTab, annotators: ReviewAnnotatorsController) -> None:
    tab.chosen.connect(annotators.choose)
    tab.save_requested.connect(annotators.save)
    tab.person.exclude_requested.connect(annotators.exclude)
    tab.person.readmit_requested.connect(annotators.readmit)
    tab.person.repeats_requested.connect(annotators.ask_again)
    tab.person.let_through_requested.connect(annotators.let_through)
    tab.person.role_chosen.connect(annotators.set_role)
    tab.person.message_requested.connect(annotators.messages.write)
    annotators.messages.listed.connect(tab.person.set_messages)
    tab.person.scale_chosen.connect(annotators.set_scale)
    tab.person.rois_wanted.connect(annotators.rois_wanted)
    annotators.rows_changed.connect(tab.set_rows)
    annotators.person_changed.connect(tab.person.set_person)
    annotators.scale_changed.connect(tab.person.set_scale)


def _wire_disputes(tab: DisputesTab, disputes: ReviewDisputesController, setting: Setting) -> None:
    picture = CanvasPictureBinding(tab.canvas, setting.session.pictures, setting.session.workers)
    disputes.picture_changed.connect(picture.show)
    disputes.outline_changed.connect(picture.set_roi)
    disputes.list_changed.connect(tab.set_list)
    disputes.order_changed.connect(tab.set_order)
    disputes.case_changed.connect(tab.set_case)
    tab.roi_chosen.connect(disputes.choose)
    tab.order_chosen.connect(disputes.set_order)
    tab.save_requested.connect(disputes.save)
    tab.all_requested.connect(disputes.look_at_all)
    tab.step_requested.connect(disputes.step)
    tab.accept_requested.connect(disputes.accept)
    tab.more_requested.connect(disputes.ask_for_more)
    tab.withdraw_requested.connect(disputes.withdraw)
    tab.exclude_rating_requested.connect(disputes.exclude_rating)
    tab.names_toggled.connect(disputes.set_names_shown)
    tab.accepted_toggled.connect(disputes.set_accepted_shown)
    tab.back_to_marking_requested.connect(disputes.send_back)
    tab.filter_requested.connect(disputes.filter.ask)
    disputes.filter.said.connect(tab.set_filter)
    tab.blind_toggled.connect(disputes.set_blind)
    second = disputes.second_look
    tab.rated.connect(second.submit)
    second.failed.connect(tab.set_panel_votes)
    picture.shown.connect(second.picture_shown)
    activity = PageActivity(tab)
    activity.changed.connect(lambda: second.attend(activity.present))


def _wire_audit(tab: AuditTab, audit: ReviewAuditController) -> None:
    tab.undo_requested.connect(audit.undo)
    tab.save_requested.connect(audit.save)
    audit.rows_changed.connect(tab.set_rows)
