"""Commands about suggestions: what is shown to whom, and what it does to the votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seagull_studio.cli.acting_for import who
from seagull_studio.cli.opening import open_project
from seagull_studio.cli.runner import Output
from seagull_studio.operations import models as operations

if TYPE_CHECKING:
    from annotation_db.predictions.bias_estimates import Estimate
    from annotation_db.predictions.prediction_records import Policy
    from annotation_db.predictions.prefill_bias import BiasReport

_MEANING = {
    "off": "Predictions are not shown.",
    "prefill": "Predictions are shown in the rating panel beforehand.",
    "reveal": "Predictions are shown after submitting only.",
}


def prefill(
    output: Output, project: str, policy: Policy | None, model: str | None, control: float | None
) -> None:
    """``prefill``: what the project shows of predictions; with options, change it first."""
    with open_project(output, project) as store:
        if policy is not None or model is not None or control is not None:
            chosen = None if model is None else operations.find(store, model).id
            operations.set_prefill(store, who(), policy, chosen, control)
        found = operations.overview(store)
    standing, total = found.policy, found.rois
    predictor = standing.predictor
    predicted = sum(count for one, count in found.predictors if one == predictor)
    output.result(
        {
            "policy": standing.policy,
            "model": None
            if predictor is None
            else {
                "name": predictor.name,
                "kind": predictor.kind,
                "signature": predictor.signature,
                "untrained": predictor.untrained,
            },
            "control_share": standing.control_share,
            "rois": total,
            "predicted": predicted,
        }
    )
    output.say(_MEANING[standing.policy])
    if predictor is not None:
        untrained = ", UNTRAINED" if predictor.untrained else ""
        output.say(
            f"Model: {predictor.name} ({predictor.kind}{untrained}), predictions for {predicted} of "
            f"{total} ROIs."
        )
    if standing.policy == "prefill":
        output.say(f"{standing.control_share:.0%} of each annotator's ROIs stay without, drawn by lot.")
        if not standing.control_share:
            output.note("Without a control share the weight of the suggestions cannot be measured.")


def bias(output: Output, project: str, model: str | None, bootstrap: int, seed: int) -> None:
    """``bias``: what suggestions do to the votes."""
    with open_project(output, project) as store:
        chosen = None if model is None else operations.find(store, model).id
        found = operations.bias(store, chosen, bootstrap=bootstrap, seed=seed)
    output.result(found.as_json())
    if output.as_json:
        return
    _print_bias(output, found)
    counts = found.ratings
    output.say(
        "Acceptance: equal to the suggestion in view; control match: to one withheld. "
        "In brackets: 95 % interval."
    )
    output.say(
        f"Ratings: {counts['shown']} with a suggestion, {counts['control']} controls, "
        f"{counts['revealed']} revealed afterwards, {counts['none']} without; {found.images} images."
    )
    overall = found.overall.weight_of_advice
    if overall.value is None:
        output.say(f"The weight of advice cannot be told: {overall.undefined}.")
    else:
        output.say(
            f"Overall weight of advice: {_shown(overall)} (0: as if nothing had been suggested, "
            "1: votes as suggested)."
        )


def _print_bias(output: Output, found: BiasReport) -> None:
    from rich.table import Table

    votes = Table(
        "scale", "shown/ctrl", "acceptance", "control match", "weight of advice", box=None, pad_edge=False
    )
    for name, told in {**found.scales, "all": found.overall}.items():
        counts = f"{told.shown}/{told.control}"
        votes.add_row(
            name,
            counts,
            _percent(told.acceptance_rate),
            _percent(told.control_match_rate),
            _shown(told.weight_of_advice),
        )
    alphas = Table("scale", "agreement (alpha) with suggestions", "without", box=None, pad_edge=False)
    for name, agreement in found.agreement.items():
        alphas.add_row(name, _shown(agreement.assisted), _shown(agreement.unassisted))
    output.console().print(votes, "", alphas, "", sep="\n")


def _percent(share: Estimate) -> str:
    if share.value is None:
        return "-"
    if share.ci95 is None:
        return f"{share.value:.0%}"
    return f"{share.value:.0%} ({100 * share.ci95[0]:.0f}-{share.ci95[1]:.0%})"


def _shown(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    if estimate.ci95 is None:
        return f"{estimate.value:.2f}"
    return f"{estimate.value:.2f} ({estimate.ci95[0]:.2f}, {estimate.ci95[1]:.2f})"
