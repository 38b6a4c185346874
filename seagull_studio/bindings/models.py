"""The Models & jobs page, wired."""

from __future__ import annotations

from seagull_studio.bindings.person import PersonAtWindow
from seagull_studio.bindings.setting import Setting
from seagull_studio.controllers.models import ModelsController
from seagull_studio.views.models.models_page import ModelsPage


def make_models(setting: Setting) -> tuple[ModelsPage, ModelsController]:
    """The page, and what it does."""
    page = ModelsPage()
    person = PersonAtWindow(page, setting.log_path)
    controller = ModelsController(setting.session, setting.form, setting.who, setting.weights, person)
    controller.setParent(page)

    page.predict_requested.connect(controller.predict)
    page.add_checkpoint_requested.connect(controller.choose_checkpoint)
    page.prefill_changed.connect(controller.set_prefill)
    page.prefill_model_requested.connect(controller.use_for_prefill)
    controller.models_changed.connect(page.set_models)
    controller.prefill_changed.connect(page.set_prefill)
    controller.baseline_changed.connect(page.set_baseline_state)

    jobs = controller.jobs
    page.job_cancel_requested.connect(jobs.cancel)
    page.job_resume_requested.connect(jobs.resume)
    page.job_log_requested.connect(jobs.open_log)
    page.embed_requested.connect(jobs.embed)
    page.fit_baseline_requested.connect(jobs.fit_baseline)
    jobs.jobs_changed.connect(page.set_jobs)

    finetuning = controller.finetuning
    page.finetune_requested.connect(finetuning.choose)
    page.training_predict_requested.connect(finetuning.predict)
    page.training_report_requested.connect(finetuning.open_report)
    finetuning.training_changed.connect(page.set_training)

    bias = controller.bias
    page.bias_requested.connect(bias.compute)
    page.bias_save_requested.connect(bias.save)
    bias.report_changed.connect(page.set_bias)
    bias.busy_changed.connect(page.set_bias_busy)
    page.set_bias(None)

    weights = controller.weights
    page.download_requested.connect(weights.download)
    page.open_weights_folder_requested.connect(weights.open_folder)
    weights.checkpoints_changed.connect(page.set_checkpoints)
    weights.sources_changed.connect(page.set_sources)
    return page, controller
