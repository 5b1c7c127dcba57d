"""KPIs: definitions, one plain function each, and the engine that sums them up by group."""

from kesu.rules.kpis.engine import COLUMNS, GROUPS, KPIS, backlog_days, compute_kpis, kpi_series
from kesu.rules.kpis.movement import movement
from kesu.rules.kpis.registry import KpiInfo

__all__ = ["COLUMNS", "GROUPS", "KPIS", "KpiInfo", "backlog_days", "compute_kpis", "kpi_series", "movement"]
