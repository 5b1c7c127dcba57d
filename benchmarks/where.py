"""Where the processor's time of ``kesu report`` on many registers goes, measured in one process and drawn.

``where.py FOLDER [-o docs/pictures/where-time-goes.svg]`` does what the reading child does with each register, then what the
parent does with all of them, each step with a watch on it; prints milliseconds a register and draws them. One process has no
second one to wait for, so the sum is what both take; starting them, and handing over, is left out.
"""

from __future__ import annotations

import argparse
import html
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, YELLOW

MEGABYTES: Final = 4096
WIDE: Final = 720
COLOURS: Final = (BLUE, SKY, GREEN, YELLOW, ORANGE, VERMILION, PURPLE)
Steps = dict[str, float]


def watched(steps: Steps, name: str, place: ModuleType, function: str) -> None:
    """Every call of ``place.function`` adds its processor seconds to ``steps[name]``."""
    work: Callable[..., Any] = vars(place)[function]

    def timed(*given: Any, **how: Any) -> Any:
        begin = time.process_time()
        try:
            return work(*given, **how)
        finally:
            steps[name] += time.process_time() - begin

    steps[name] = 0.0
    setattr(place, function, timed)


def in_child(paths: list[Path]) -> Steps:
    """The reading of each register, without what carries it over."""
    from kesu.workbook.reading import child

    steps: Steps = {}
    watched(steps, "看一看 · look", child, "inspect")
    watched(steps, "单元格 · cells (fastexcel)", child, "by_fastexcel")
    watched(steps, "有没有异样 · what is odd", child, "_scanned")
    watched(steps, "打包 · pack", child, "_packed")
    begin = time.process_time()
    for path in paths:
        child._answered(path, {"all": False, "password": None, "encoding": None}, MEGABYTES << 20)
    steps["其余 · rest"] = time.process_time() - begin - sum(steps.values())
    return steps


def in_parent(paths: list[Path]) -> Steps:
    """The work on all of them; the child's does not count, it is another process."""
    begin = time.process_time()
    from kesu.demo import AS_OF
    from kesu.jobs import assessment, load, report
    from kesu.reports import render

    steps: Steps = {"程序库 · libraries": time.process_time() - begin}
    watched(steps, "定类型 · type", load, "_typed")
    watched(steps, "叠表、时限 · stack, deadlines", load, "_stacked")
    begin = time.process_time()
    loaded = load.load_all(paths, AS_OF)
    whole = time.process_time() - begin
    typed, stacked = list(steps.values())[1:]
    steps["表头、设置 · headings, settings"] = whole - typed - stacked
    watched(steps, "检查 · checks", assessment, "run_checks")
    begin = time.process_time()
    made = report.build_report(loaded, None, AS_OF, "zh")
    checks = steps["检查 · checks"]
    render(made, ".html")
    steps["指标、跟进、报告 · KPIs, follow-ups, report"] = time.process_time() - begin - checks
    return steps


def picture(bars: dict[str, Steps], count: int) -> str:
    """A bar for each process, as long as its time, in milliseconds a register."""
    most = max(sum(steps.values()) for steps in bars.values())
    parts, y = [], 24
    for name, steps in bars.items():
        total = sum(steps.values()) / count * 1000
        parts.append(f'<text x="20" y="{y}" font-weight="bold">{html.escape(name)}: {total:.1f} ms</text>')
        x = 20.0
        for at, (step, seconds) in enumerate(steps.items()):
            width = seconds / most * WIDE
            parts.append(
                f'<rect x="{x:.1f}" y="{y + 8}" width="{width:.1f}" height="26" fill="{COLOURS[at]}"/>'
                f'<rect x="20" y="{y + 45 + at * 19}" width="11" height="11" fill="{COLOURS[at]}"/>'
                f'<text x="38" y="{y + 55 + at * 19}">{html.escape(step)}: {seconds / count * 1000:.1f}</text>'
            )
            x += width
        y += 80 + len(steps) * 19
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE + 40} {y - 20}" font-family="sans-serif" font-size="13">'
        f'<rect width="{WIDE + 40}" height="{y - 20}" fill="#fff"/>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    paths = sorted(given.folder.glob("*.xlsx"))
    bars = {
        "主进程 · parent": in_parent(paths),
        "读取进程 · reading child": in_child(paths),
    }
    for name, steps in bars.items():
        print(f"{name}, ms a register")
        for step, seconds in steps.items():
            print(f"  {seconds / len(paths) * 1000:8.1f}  {step}")
    if given.output:
        given.output.write_text(picture(bars, len(paths)), "utf-8")


if __name__ == "__main__":
    main()
