"""What is asked of a person about one project; each is asked by a dialog of its own. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from seagull_studio.state.assign_view import AssignAnswer, AssignView
from seagull_studio.state.filter_view import FilterAnswer, FilterFields, FilterView
from seagull_studio.state.group_view import GroupsAnswer, GroupsView
from seagull_studio.state.project_settings import InstructionsView, ProjectSettingsView, SettingsAnswer
from seagull_studio.state.project_view import (
    AnnotatorChoice,
    AnnotatorRow,
    ExportChoices,
    ImportReport,
    NewProject,
    SplitView,
)
from seagull_studio.state.questions import Question
from seagull_studio.state.rating_view import RatingForm
from seagull_studio.state.table_view import TableChoices, TableView
from seagull_studio.state.training_view import FinetuneAnswer, FinetuneView

ImportAnswer = Literal["import", "same", "distinct"]


@dataclass(frozen=True, slots=True)
class AskNewProject(Question[NewProject]):
    """What a project is to be."""

    beside: Path
    """Folder that the project's own is proposed in."""
    pictures: Path | None = None
    """Proposed as the folder of its pictures."""


@dataclass(frozen=True, slots=True)
class AskAnnotator(Question[AnnotatorChoice]):
    """Who rates."""

    known: tuple[AnnotatorRow, ...] = ()
    current: str = ""
    """Who did until now."""
    role: Literal["", "annotator", "lead"] = ""
    """The role of somebody new where that is no question: whoever sits down may not choose theirs."""


@dataclass(frozen=True, slots=True)
class AskPassphrase(Question[str]):
    """The lead's passphrase; never remembered with what was asked."""

    name: str
    """Of the lead."""
    sentence: str = ""
    """Why the last one was not taken."""


@dataclass(frozen=True, slots=True)
class AskStillThere(Question[bool]):
    """Whether the same person still sits there after a pause; False for somebody else."""

    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ShowInstructions(Question[bool]):
    """The lab's own page for annotators, to be read."""

    page: InstructionsView


@dataclass(frozen=True, slots=True)
class AskMessage(Question[str]):
    """What an annotator is to be told."""

    name: str
    """Whom."""
    longest: int
    """Characters."""


@dataclass(frozen=True, slots=True)
class MoreAnswer:
    """How many ratings more of a ROI, and of whom."""

    n: int
    people: tuple[str, ...] = ()
    """Names; none for anybody."""


@dataclass(frozen=True, slots=True)
class AskMore(Question[MoreAnswer]):
    """How many ratings more of one ROI, and of whom."""

    people: tuple[str, ...]
    """Who can be asked."""
    most: int


@dataclass(frozen=True, slots=True)
class AskFilter(Question[FilterAnswer]):
    """Which ROIs are to be looked at."""

    form: RatingForm
    view: FilterView
    given: FilterFields
    """What is asked for now."""


@dataclass(frozen=True, slots=True)
class ShowMessage(Question[bool]):
    """A message of a lead; True where it was read."""

    by: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class AskProjectSettings(Question[SettingsAnswer]):
    """What a lead sets of the project."""

    view: ProjectSettingsView
    begun: SettingsAnswer | None = None
    """What was changed before and could not be stored: shown as it was typed."""


@dataclass(frozen=True, slots=True)
class AskSamePerson(Question[str]):
    """Whose name was typed; "" for another person than all of these."""

    typed: str
    near: tuple[str, ...]
    """Names that are nearly the same."""


@dataclass(frozen=True, slots=True)
class AskMerge(Question[str]):
    """Which of the others is the same person."""

    name: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskUnmerge(Question[str]):
    """Which of the merged names is to be an annotator again."""

    name: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfirmImport(Question[ImportAnswer]):
    """Whether to import what a dry run found.

    ``"import"``; or ``"same"`` or ``"distinct"``, of names that are nearly the same.
    """

    report: ImportReport


@dataclass(frozen=True, slots=True)
class ConfirmTable(Question[tuple[TableChoices, bool]]):
    """How a table is to be read, and whether that is to be looked at again before going on."""

    view: TableView


@dataclass(frozen=True, slots=True)
class AskGroups(Question[GroupsAnswer]):
    """Which pictures belong together, and how to find that out."""

    view: GroupsView


@dataclass(frozen=True, slots=True)
class AskAssign(Question[AssignAnswer]):
    """Whom to hand which ROIs, seeing what that comes to."""

    view: AssignView
    form: RatingForm


@dataclass(frozen=True, slots=True)
class AskExport(Question[ExportChoices]):
    """What to export, and where."""

    folder: Path
    """Proposed."""
    formats: Mapping[str, str]
    """What is offered: name -> title."""
    split: SplitView
    form: RatingForm
    choices: FilterView
    """What a filter of ROIs can be chosen from."""
    given: FilterFields
    """The filter proposed."""
    last: ExportChoices | None = None
    """What was chosen last in this window."""


@dataclass(frozen=True, slots=True)
class AskFinetune(Question[FinetuneAnswer]):
    """What is to be trained on what; "look" asks for what that comes to, and is asked again with it."""

    view: FinetuneView
