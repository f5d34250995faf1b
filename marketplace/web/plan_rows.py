"""Plans as tables show them: one column a time for which any of them has a limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.models import Approval, Authentication, Plan

COLUMNS = (("second", "Requests a second"), ("minute", "A minute"), ("hour", "An hour"))


@dataclass(frozen=True, slots=True)
class PlanRow:
    """``limits`` as (column, number) in the order of the columns, ``None`` for no limit of that kind. ``offer`` names
    what follows from asking: automatic, keyless (at once, and no key) or owner."""

    plan: Plan
    limits: tuple[tuple[str, int | None], ...]
    offer: str


@dataclass(frozen=True, slots=True)
class PlanTable:
    columns: tuple[str, ...]
    rows: tuple[PlanRow, ...]

    @property
    def span(self) -> int:
        """How many columns there are beside the one of the choice: name, sign-in, approval and the limits."""
        return len(self.columns) + 3


def plan_table(plans: Sequence[Plan]) -> PlanTable:
    """The table of these plans, in their order."""
    units = [unit for unit, _title in COLUMNS if any(_limit(plan, unit) is not None for plan in plans)]
    titles = dict(COLUMNS)
    columns = [titles[unit] for unit in units]
    if columns and not columns[0].startswith("Requests"):
        columns[0] = f"Requests {columns[0].lower()}"
    rows = (
        PlanRow(
            plan, tuple((title, _limit(plan, unit)) for title, unit in zip(columns, units, strict=True)), offer_of(plan)
        )
        for plan in plans
    )
    return PlanTable(tuple(columns), tuple(rows))


def offer_of(plan: Plan) -> str:
    if plan.approval == Approval.OWNER:
        return "owner"
    return "keyless" if plan.authentication == Authentication.KEYLESS else "automatic"


def _limit(plan: Plan, unit: str) -> int | None:
    return getattr(plan, f"requests_per_{unit}")
