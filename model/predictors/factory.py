"""Which predictors there are, and loading one by its specification.

A specification is ``NAME:REST``, where NAME is an entry point of the group ``seagull_studio.predictors``
and REST means something to it; or a folder that holds a SEAGULL checkpoint or a baseline. Options may follow
a question mark, as in ``seagull:/models/SEAGULL-7B?mode=given``.

An entry point is a function (rest: str, device: str) -> Predictor that raises `PredictorError`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl

from model.predictors.protocol import Predictor, PredictorError
from model.torch_pair import imported_for

if TYPE_CHECKING:
    from model.seagull.assessor import Mode
    from model.seagull.devices import DtypeName
    from model.seagull.four_bit import QuantisedName

GROUP: Final = "seagull_studio.predictors"
Factory = Callable[[str, str], Predictor]


def find_predictors() -> dict[str, str]:
    """The names that specifications may begin with, and where each comes from.

    Nothing of others is imported for it.
    """
    found = {point.name: point.value for point in entry_points(group=GROUP)}
    return {**found, **{name: f"{__name__}:{maker.__name__}" for name, maker in _BUILT_IN.items()}}


def load_predictor(spec: str, device: str = "auto") -> Predictor:
    """Load a predictor; takes up to minutes for a large network.

    Parameters
    ----------
    spec : str
        See the module's text.
    device : str
        "auto", "cpu", "cuda", "cuda:1", "mps" ...

    Raises
    ------
    PredictorError
        With one sentence: there is none of this name, or it can not be used.
    """
    name, colon, rest = spec.partition(":")
    if colon and name in _BUILT_IN:
        return _BUILT_IN[name](rest, device)
    if colon and name in (names := find_predictors()):
        return _foreign(name, names[name], rest, device)
    path = Path(spec.partition("?")[0]).expanduser()
    if path.is_dir() or path.is_file():
        return _BUILT_IN[kind_of(path)](spec, device)
    raise PredictorError(
        f"There is no model {spec}; give a folder with a SEAGULL checkpoint or a baseline, or a name of "
        f"{', '.join(sorted(find_predictors()))} with a colon, such as metric:brisque."
    )


def card_of(predictor: Predictor, spec: str) -> dict[str, Any]:
    """A predictor's card, with the specification that loads it again: all of it, options too.

    A baseline needs none: it lies in its project's folder, which may move.
    """
    card = dict(predictor.card)
    if not spec or predictor.kind == "baseline":
        return card
    if predictor.kind == "seagull" and "checkpoint" in card:
        options = spec.partition("?")[2] or f"mode={card.get('answers', 'own')}"
        return {**card, "spec": f"{card['checkpoint']}?{options}"}
    return {**card, "spec": spec}


def kind_of(folder: Path) -> str:
    """Whether a folder holds a "baseline" or else what must be a "seagull" checkpoint."""
    from model.predictors.baseline import FILE

    return "baseline" if folder.name == FILE or (folder / FILE).is_file() else "seagull"


def seagull(rest: str, device: str) -> Predictor:
    """``FOLDER``, with options ``mode=own|given``, ``dtype=...``, ``base=FOLDER``, ``max_new_tokens=N`` and
    ``quantised=4bit``."""
    with imported_for("SEAGULL", PredictorError):
        from model.predictors.seagull import SeagullPredictor
    folder, options = _options(rest, {"mode", "dtype", "base", "max_new_tokens", "quantised"})
    allowed = {
        "mode": ("own", "given"),
        "dtype": ("auto", "float32", "bfloat16", "float16"),
        "quantised": ("4bit",),
    }
    for key, values in allowed.items():
        if options.get(key, values[0]) not in values:
            raise PredictorError(f"{key} is one of {', '.join(values)}, not {options[key]}.")
    tokens = options.get("max_new_tokens", "64")
    if not tokens.isdecimal() or not int(tokens):
        raise PredictorError(f"max_new_tokens is a number above 0, not {tokens}.")
    return SeagullPredictor.load(
        folder,
        device=device,
        mode=cast("Mode", options.get("mode", "own")),
        dtype=cast("DtypeName", options.get("dtype", "auto")),
        max_new_tokens=int(tokens),
        base=options.get("base"),
        quantised=cast("QuantisedName | None", options.get("quantised")),
    )


def baseline(rest: str, device: str) -> Predictor:
    """``FOLDER`` that `Baseline.save` wrote into."""
    from model.predictors.baseline import Baseline

    del device
    folder, _ = _options(rest, set())
    return Baseline.load(folder)


def metric(rest: str, device: str) -> Predictor:
    """Name of a no-reference metric of pyiqa."""
    from model.predictors.pyiqa_metric import PyiqaMetric

    return PyiqaMetric.load(rest.strip(), device)


_BUILT_IN: Final[dict[str, Factory]] = {"seagull": seagull, "baseline": baseline, "metric": metric}


def _foreign(name: str, where: str, rest: str, device: str) -> Predictor:
    (point,) = entry_points(group=GROUP, name=name)
    try:
        made = point.load()(rest, device)
    except PredictorError:
        raise
    except Exception as error:  # Whatever somebody else's program may raise.
        raise PredictorError(
            f"The model {name} ({where}) could not be loaded ({type(error).__name__}: {error}); ask its "
            "authors."
        ) from error
    if not isinstance(made, Predictor):
        raise PredictorError(f"The model {name} ({where}) is no predictor; ask its authors.")
    return made


def _options(rest: str, known: set[str]) -> tuple[Path, dict[str, str]]:
    folder, _, query = rest.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    for key in options:
        if key not in known:
            raise PredictorError(f"There is no option {key}; there are {', '.join(sorted(known)) or 'none'}.")
    return Path(folder).expanduser(), options
