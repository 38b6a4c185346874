"""The command about the test, gold and repeats, and its options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from seagull_studio.cli.model_commands import Json, Project

_MOST_SEED = 2**31 - 1
_MOST_ITEMS = 500


def add_to(app: typer.Typer, do: Callable[..., None]) -> None:
    """Add the command to the program's; `do` performs it (see `commands`)."""

    @app.command()
    def qualify(
        project: Project,
        make: Annotated[
            bool, typer.Option("--make", help="Make a set of items, in the place of the one before.")
        ] = False,
        practice: Annotated[
            int | None, typer.Option(min=0, max=_MOST_ITEMS, help="Items with feedback; 7 if not given.")
        ] = None,
        graded: Annotated[
            int | None, typer.Option(min=0, max=_MOST_ITEMS, help="Items of the test; 10 if not given.")
        ] = None,
        gold: Annotated[
            int | None,
            typer.Option(min=0, max=_MOST_ITEMS, help="Items among real ROIs; 14 if not given."),
        ] = None,
        seed: Annotated[
            int | None, typer.Option(min=0, max=_MOST_SEED, help="Of the items; the project's if not given.")
        ] = None,
        let_through: Annotated[
            str | None,
            typer.Option("--let-through", metavar="NAME", help="Let them rate who has not passed."),
        ] = None,
        reason: Annotated[str | None, typer.Option(help="Why.")] = None,
        take_back: Annotated[
            str | None, typer.Option("--take-back", metavar="NAME", help="Let the test decide again.")
        ] = None,
        repeats: Annotated[
            str | None,
            typer.Option("--repeats", metavar="NAME", help="Show them ROIs of theirs again, at once."),
        ] = None,
        count: Annotated[int, typer.Option(min=1, max=10_000, help="How many repeats.")] = 10,
        json: Json = False,
    ) -> None:
        """Show how annotators stand with the test, gold and repeats; with options, act on it."""
        from seagull_studio.cli import qualify as commands

        if make + sum(one is not None for one in (let_through, take_back, repeats)) > 1:
            raise typer.BadParameter(
                "choose one of them.", param_hint="--make, --let-through, --take-back, --repeats"
            )
        sizes = {"practice": practice, "graded": graded, "gold": gold}
        wanted = {name: n for name, n in sizes.items() if n is not None}
        if not make and (wanted or seed is not None):
            raise typer.BadParameter(
                "they have no meaning without --make.", param_hint="--practice, --graded, --gold, --seed"
            )
        if (let_through is None) != (reason is None):
            raise typer.BadParameter("give both or none.", param_hint="--let-through, --reason")
        if make:
            do(json, commands.make, project, wanted, seed)
        elif let_through is not None:
            do(json, commands.let_through, project, let_through, reason)
        elif take_back is not None:
            do(json, commands.take_back, project, take_back)
        elif repeats is not None:
            do(json, commands.ask_again, project, repeats, count)
        do(json, commands.show, project)
