"""The KPIs once more, in SQL over the cells of the workbook: nothing of kesu but the file and what its commands print."""

# ruff: noqa: S608 - the queries are our own, over a table in memory
from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any, Final

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from kesu.cli import main
from kesu.demo import AS_OF, make_branch
from kesu.workbook.writing import build_register

PERIODS: Final = {
    "2026-10": ("2026-10-01", "2026-10-31"),
    "2026-11": ("2026-11-01", "2026-11-30"),
    "2026Q3": ("2026-07-01", "2026-09-30"),
    "2026-09-10..2026-10-07": ("2026-09-10", "2026-10-07"),
}
TIERS: Final = {"": "", "vip": "VIP", "mid": "Mid tier", "other": "Other"}
NEVER: Final = "timestamp '1900-01-01'"

SETUP: Final = """
create view c as select "Complaint no." id, "Kind" kind, "Tier" tier, "Category" category, "Severity" severity,
  "Received at"::timestamp received, "Channel" channel, "First response at"::timestamp answered, "Status" status,
  "Substantive reply at"::timestamp replied, "Resolved at"::timestamp resolved, "Reopened at"::timestamp reopened,
  "Resolved on first contact" fcr, coalesce("Transfers"::double, 0) transfers, "Escalated to" escalated,
  "Compensation paid"::double paid, "Called back at"::timestamp called, "Call-back reached" reached,
  "Satisfaction" satisfaction, "Answered after (s)"::double rang, coalesce("Account", "Contact") customer from register;
create view i as select "Complaint no." id, "Item kind" kind, "Department" department, "Noted at"::timestamp noted,
  "Started at"::timestamp started, "Done at"::timestamp done, "Result" result, "For deadline" target, "Customer rating" answer,
  case when "Item kind" = 'Action' then coalesce("Due at"::timestamp, "Noted at"::timestamp + interval 24 hour)
       else "Due at"::timestamp end due from items;
create view cases as select *, reopened is not null or status = 'Reopened' came_back,
  (reopened > resolved) is true or (reopened is null and status = 'Reopened') open_again from c where kind = 'Complaint';
create view things as select i.*, c.tier, c.received, coalesce(result, '') in ('Cancelled', 'Withdrawn') dropped,
  coalesce(result, '') = 'Failed' failed,
  (done is not null or coalesce(result, '') in ('Done', 'Declined', 'Withdrawn', 'Cancelled')) and coalesce(result, '') <> 'Failed' settled,
  (c.status in ('Resolved', 'Closed') or c.resolved is not null) and not
  (c.status = 'Reopened' or (c.reopened > c.resolved) is true) ended from i join c using (id);
create view orders as select *, settled and not dropped and (due is null or done is null) unproven,
  settled and done <= due in_time, settled or failed or due < timestamp '{now}' decided from things;
create view states as select target, complaint_id id, cycle, state,
  max(cycle) over (partition by target, complaint_id) last from deadlines;
create view kept as select target, id,
  bool_or(state in ('late', 'overdue', 'unproven')) missed,
  bool_or(state = 'met' and cycle = last) or (bool_or(state = 'met') and bool_or(state = 'none' and cycle = last)) met
  from states group by target, id;
create view tries as select i.id, i.done tried, coalesce(i.result, '') <> 'Failed' hit, i.answer, (i.done < c.reopened) is true before
  from i join c using (id) where i.kind = 'Contact' and i.target = 'Call-back' and i.done is not null
  and coalesce(i.result, '') not in ('Cancelled', 'Withdrawn', 'Declined');
create view calls as select id, tried, hit from tries where not before union all
  select id, called, coalesce(reached, 'Yes') = 'Yes' from c where called is not null and not (reopened > called) is true
  and called > coalesce((select max(tried) from tries where tries.id = c.id and not before), timestamp '1900-01-01');
create view said as select id, answer, epoch(tried) * 2 + 1 told from tries where hit and not before and answer is not null union all
  select id, satisfaction, epoch(coalesce(called, timestamp '1900-01-01')) * 2 from c
  where satisfaction is not null and (reopened is null or called >= reopened) and not (status = 'Reopened' and reopened is null);
create view repeats as select id from (select *, lag(received) over
  (partition by customer, category order by received) before from cases where customer is not null)
  where received <= before + interval 30 day;
"""
HOURS: Final = "epoch({} - {}) / 3600"
CYCLE: Final = HOURS.format("resolved", "received")
CASES: Final = "from cases where {place}"
ITEMS: Final = "from orders where kind = '{kind}' and {place}"


def in_time(target: str) -> str:
    return f"select sum((met and not missed)::int), count(*) from cases join kept using (id) where target = '{target}' and (met or missed) and {{place}}"


def over_items(kind: str, more: str = "") -> str:
    return f"select sum(coalesce(in_time, false)::int), count(*) from orders where kind = '{kind}' and decided and not unproven and not dropped {more} and {{place}}"


SAME: Final = f"{CYCLE} is not null and not open_again"
QUERIES: Final[dict[str, str]] = {
    "complaints": "select count(*), null from cases where {place}",
    "feedback": "select count(*), null from c where kind = 'Feedback' and {place}",
    "praise": "select count(*), null from c where kind = 'Praise' and {place}",
    "first_response_in_time": in_time("first_response"),
    "reply_in_time": in_time("reply"),
    "feedback_in_time": in_time("reply").replace("from cases", "from (select * from c where kind = 'Feedback') f"),
    "resolution_in_time": in_time("resolution"),
    "work_order_in_time": over_items("Action", "and department is not null").replace("{place}", "{due}"),
    "first_contact_resolution": """select sum((fcr = 'Yes' and transfers = 0 and not came_back and id not in
        (select id from i where kind = 'Transfer'))::int), count(*) from cases
        where channel in ('Phone', 'E-mail', 'Online / chat', 'Social media', 'Visit') and {place}""",
    "satisfaction": """select sum((satisfaction in ('Very satisfied', 'Satisfied', 'Basically satisfied'))::int), count(*)
        from (select * replace (case when noted then (select arg_max(answer, told) from said where said.id = one.id) else satisfaction end as satisfaction)
          from (select *, id in (select id from tries) noted from cases) one)
        where (case when noted then id in (select id from calls where hit) else reached = 'Yes' end
          or (reached is null and satisfaction is not null)) and {place}""",
    "survey_satisfaction": """select sum((answer in ('Very satisfied', 'Satisfied', 'Basically satisfied'))::int), count(*)
        from things where kind = 'Survey' and answer is not null and {place}""",
    "survey_response": """select count(answer), count(*) from things where kind = 'Survey' and not dropped and {place}""",
    "cycle_mean": f"select sum({CYCLE}), count(*) from cases where {SAME} and {{place}}",
    "cycle_median": f"select quantile_cont({CYCLE}, 0.5), count(*) from cases where {SAME} and {{place}}",
    "cycle_p90": f"select quantile_cont({CYCLE}, 0.9), count(*) from cases where {SAME} and {{place}}",
    "response_mean": f"select sum({HOURS.format('answered', 'received')}), count(answered) from cases where {{place}}",
    "urgent_response_mean": f"""select sum({HOURS.format('answered', 'received')}), count(answered) from cases
        where severity in ('Severe', 'Urgent') and {{place}}""",
    "urgent_cycle_mean": f"""select sum({CYCLE}), count(*) from cases where {SAME} and severity in ('Severe', 'Urgent') and {{place}}""",
    "repeat_rate": "select sum((id in (select id from repeats))::int), count(*) from cases where {place}",
    "reopen_rate": """select sum(came_back::int), count(*) from cases
        where (resolved is not null or status in ('Resolved', 'Closed') or came_back) and {place}""",
    "commitments_kept": over_items("Commitment"),
    "plan_executed": over_items("Action"),
    "demands_settled": """select sum(settled::int), count(*) from orders
        where kind = 'Demand' and (settled or failed or decided or ended) and not dropped and {place}""",
    "items_unproven": "select count(*), null from orders where kind in ('Commitment', 'Action') and unproven and {place}",
    "callback_coverage": """select sum((id in (select id from calls where hit))::int), count(*) from cases
        where ((resolved is not null and not open_again) or (resolved is null and status in ('Resolved', 'Closed'))) and {place}""",
    "callback_tries": """select sum(n), count(*) from (select *, (select count(*) from calls where calls.id = cases.id) n from cases)
        where n > 0 and {place}""",
    "closed_unreached": """select count(*), null from cases where status = 'Closed' and {place}
        and id in (select id from calls) and id not in (select id from calls where hit)""",
    "answered_in_time": "select sum((rang <= 15)::int), count(rang) from cases where {place}",
    "escalation_started_in_time": """select sum((started - noted <= interval 60 second)::int), count(*) from things
        where kind in ('Transfer', 'Escalation') and started >= noted and {place}""",
    "transfers_mean": """select sum(greatest(transfers, (select count(*) from i where i.kind = 'Transfer' and i.id = cases.id))),
        count(*) from cases where {place}""",
    "compensation_paid": "select sum(paid), count(*) from cases where paid <> 0 and {place}",
    "backlog_open": """select count(*), null from cases where received < {end} and (
        not (coalesce(resolved < {end}, false) or (resolved is null and status in ('Resolved', 'Closed')))
        or (reopened < {end} and (resolved is null or resolved < reopened)) or (reopened is null and status = 'Reopened'))
        and not exists (select 1 from i where i.id = cases.id and i.kind = 'Earlier cycle' and i.done < {end} and cases.reopened >= {end})
        and {tier}""",
    "overdue_now": """select count(distinct id), null from cases join states using (id)
        where target in ('first_response', 'reply', 'resolution') and state = 'overdue' and cycle = last and {tier}""",
    "awaiting_callback": """select count(distinct id), null from cases join states using (id)
        where target = 'callback' and state in ('pending', 'due_soon', 'overdue') and cycle = last and {tier}""",
    "complaints_per_million": "select (select count(*) from cases where {place}), {customers}",
    "escalated_per_million": """select (select count(*) from cases where regexp_matches(escalated,
        'Ministry|Group|Regulator|Consumer association|Visits and letters') and {place}), {customers}""",
}  # fmt: skip
"""KPI → numerator (of a quantile the value) and denominator; shares and means are their quotient."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    path = tmp_path_factory.mktemp("sql") / "branch.xlsx"
    settings, complaints, items, _ = make_branch(
        "HB", 400, 5, AS_OF, fault_share=0.0, begin=dt.datetime(2026, 5, 1)
    )
    build_register(path, "en", settings, complaints=complaints, items=items, today=AS_OF.date())
    return path, dict(settings.customers)


def printed(*words: object) -> list[dict[str, Any]]:
    done = CliRunner().invoke(main, [*map(str, words), "--format", "json", "--as-of", AS_OF.isoformat()])
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def cells(path: Path, sheet: str, heading: int) -> pd.DataFrame:
    frame = pd.read_excel(path, sheet_name=sheet, engine="calamine", header=heading, dtype=object)
    frame.columns = frame.columns.str.rstrip(" *")
    return frame[frame["Complaint no."].notna()]


@pytest.fixture(scope="module")
def sql(made: tuple[Path, dict[str, float]]) -> duckdb.DuckDBPyConnection:
    base = duckdb.connect()
    base.register("register", cells(made[0], "Register", 4))
    base.register("items", cells(made[0], "Items", 3))
    base.register("deadlines", pd.DataFrame(printed("deadlines", made[0], "--cycles", "all")))
    base.execute(SETUP.replace("{now}", AS_OF.isoformat(sep=" ")))
    return base


def customers(by_month: dict[str, float], first: dt.date, last: dt.date) -> float:
    """Day by day: each day a month-th part of the month's customers."""
    last, total = min(last, AS_OF.date()), 0.0
    for at in range((last - first).days + 1):
        day = first + dt.timedelta(days=at)
        after = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        length = (after - day.replace(day=1)).days
        total += by_month[max(month for month in by_month if month <= f"{day:%Y-%m}")] / length
    return total


@pytest.mark.slow
@pytest.mark.parametrize("period", PERIODS)
def test_every_kpi_is_what_sql_makes_of_the_cells(
    made: tuple[Path, dict[str, float]], sql: duckdb.DuckDBPyConnection, period: str
) -> None:
    first, last = map(dt.date.fromisoformat, PERIODS[period])
    lines = {
        (line["kpi"], line["group"] or ""): line
        for line in printed("kpis", made[0], "--period", period, "--by", "tier")
    }
    end = min(dt.datetime.combine(last + dt.timedelta(days=1), dt.time()), AS_OF)
    compared = 0
    for kpi, query in QUERIES.items():
        for key, label in TIERS.items():
            if key and "per_million" in kpi:
                continue
            tier = f"tier = '{label}'" if key else "true"
            inside = f"{{}} >= date '{first}' and {{}} < date '{last}' + interval 1 day and {tier}"
            numerator, denominator = sql.execute(
                query.replace("{place}", inside.replace("{}", "received"))
                .replace("{due}", inside.replace("{}", "due"))
                .replace("{tier}", tier)
                .replace("{end}", f"timestamp '{end}'")
                .replace("{customers}", str(customers(made[1], first, last)))
            ).fetchone() or (None, None)
            line = lines.get((kpi, key))
            if line is None:  # nothing to count in this group
                assert key
                assert not denominator
                assert not numerator
                continue
            compared += 1
            said = line["value"], line["numerator"], line["denominator"]
            count = float(denominator) if denominator is not None else None
            if kpi in {"cycle_median", "cycle_p90"}:
                wanted: tuple[Any, ...] = numerator, None, count
            elif count is None:
                wanted = float(numerator), float(numerator), None
            else:
                total = float(numerator or 0)
                scale = 1e6 if "per_million" in kpi else 1.0
                value = total if kpi == "compensation_paid" else total / count * scale if count else None
                wanted = value if count else None, total, count
            for ours, theirs in zip(said, wanted, strict=True):
                assert (ours is None) == (theirs is None), (kpi, key, said, wanted)
                assert ours is None or math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9), (
                    kpi,
                    key,
                    said,
                    wanted,
                )
    assert compared > 80
    totals = {kpi for kpi, group in lines if not group} - {"rows_read", "rows_left_out"}
    assert totals == set(QUERIES)  # none is left out here
