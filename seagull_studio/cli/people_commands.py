"""The commands about people and what does not count, and their options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from seagull_studio.cli.model_commands import Json, Project

if TYPE_CHECKING:
    from annotation_db.imports.table_format import TableFormat

By = Annotated[str | None, typer.Option("--annotator", metavar="NAME", help="An annotator: all they rated.")]
Rated = Annotated[str | None, typer.Option("--rating", metavar="UID", help="A rating, by its rating_uid.")]
Region = Annotated[str | None, typer.Option("--roi", metavar="ROI", help="A ROI: its uid, or PICTURE#ID.")]


def add_to(app: typer.Typer, annotator: typer.Typer, do: Callable[..., None]) -> None:
    """Add the commands to the program's; `do` performs one (see `commands`)."""

    @app.command()
    def exclude(
        project: Project,
        name: By = None,
        rating: Rated = None,
        roi: Region = None,
        reason: Annotated[str | None, typer.Option(help="Why; it stands in the exports.")] = None,
        json: Json = False,
    ) -> None:
        """Let an annotator, a rating or a ROI not count, with a reason. Without one: list what does not."""
        from seagull_studio.cli import people

        target = _target(name, rating, roi)
        if target is None:
            if reason is not None:
                raise typer.BadParameter("say what is to be excluded.", param_hint="--reason")
            do(json, people.excluded, project)
            return
        if reason is None or not reason.strip():
            raise typer.BadParameter("an exclusion needs a reason.", param_hint="--reason")
        do(json, people.exclude, project, *target, reason)

    @app.command()
    def readmit(
        project: Project,
        name: By = None,
        rating: Rated = None,
        roi: Region = None,
        json: Json = False,
    ) -> None:
        """Let an annotator, a rating or a ROI that was excluded count again."""
        from seagull_studio.cli import people

        target = _target(name, rating, roi)
        if target is None:
            raise typer.BadParameter("say what is to count again.", param_hint="--annotator, --rating, --roi")
        do(json, people.readmit, project, *target)

    @app.command()
    def message(
        project: Project,
        name: Annotated[
            str | None, typer.Argument(metavar="[NAME]", help="An annotator.", show_default=False)
        ] = None,
        text: Annotated[
            str | None, typer.Argument(metavar="[TEXT]", help="What they are told.", show_default=False)
        ] = None,
        json: Json = False,
    ) -> None:
        """Tell an annotator something when they next sit down. Without TEXT: list what was told, and read."""
        from seagull_studio.cli import people

        if name is None or text is None:
            do(json, people.messages, project, name)
        else:
            do(json, people.message, project, name, text)

    @annotator.command("merge")
    def annotator_merge(
        project: Project,
        kept: Annotated[str, typer.Argument(metavar="KEEP", help="The name that the person goes by.")],
        other: Annotated[str, typer.Argument(metavar="OTHER", help="Their other name.")],
        json: Json = False,
    ) -> None:
        """Two annotators are one person: what OTHER rated is KEEP's; the newest vote of a ROI counts."""
        from seagull_studio.cli import people

        do(json, people.merge, project, kept, other)

    @annotator.command("unmerge")
    def annotator_unmerge(
        project: Project,
        other: Annotated[str, typer.Argument(metavar="OTHER", help="The name that was merged.")],
        json: Json = False,
    ) -> None:
        """Undo a merge: OTHER is an annotator again, with what was rated under that name."""
        from seagull_studio.cli import people

        do(json, people.unmerge, project, other)


def table_format(columns: Sequence[str], separator: str, encoding: str) -> TableFormat:
    """What is said of a table by options.

    Raises
    ------
    typer.BadParameter
        If a column, separator or encoding is none.
    """
    from annotation_db.imports.ratings_columns import COLUMNS, OPTIONAL
    from annotation_db.imports.table_format import ENCODINGS, SEPARATORS, TableFormat

    named: dict[str, str] = {}
    for given in columns:
        ours, equals, theirs = given.partition("=")
        ours = ours.strip().lower()
        if not equals or not theirs.strip() or ours not in (*COLUMNS, *OPTIONAL) or ours in named:
            raise typer.BadParameter(
                f"{given!r} is not OURS=THEIRS with a column of a ratings file, each once: "
                f"{', '.join((*COLUMNS, *OPTIONAL))}.",
                param_hint="--map",
            )
        named[ours] = theirs
    by_mark = {mark: name for name, mark in SEPARATORS.items()}
    separator = by_mark.get(separator, separator)
    for value, known, option in (
        (separator, SEPARATORS, "--separator"),
        (encoding.lower(), ENCODINGS, "--encoding"),
    ):
        if value and value not in known:
            raise typer.BadParameter(f"{value!r} is not one of {', '.join(known)}.", param_hint=option)
    return TableFormat(encoding, separator, named)


def _target(name: str | None, rating: str | None, roi: str | None) -> tuple[str, str] | None:
    given = [
        (kind, target)
        for kind, target in (("annotator", name), ("rating", rating), ("roi", roi))
        if target is not None
    ]
    if len(given) > 1:
        raise typer.BadParameter("name one of them only.", param_hint="--annotator, --rating, --roi")
    return given[0] if given else None
