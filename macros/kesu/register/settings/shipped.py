"""The profiles that kesu ships: TOML, dated, with their source."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from kesu.register.settings.limits import NEW_LIMITS
from kesu.register.settings.model import DEFAULT_PROFILE, KpiTarget, Settings
from kesu.register.settings.rules import WEEKDAYS, Rule, parse_interval, rule_problem
from kesu.words.text import Text


@dataclass(frozen=True)
class Profile:
    """A shipped profile: where its rules come from, when that was checked, whether the text itself was read."""

    name: str
    title: Text
    source: Text
    checked: dt.date
    verified: bool
    settings: Settings


def profile_names() -> tuple[str, ...]:
    """The shipped profiles, the default first."""
    files = (file.name for file in resources.files("kesu.register.settings.profiles").iterdir())
    names = sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml"))
    return tuple(sorted(names, key=lambda name: name != DEFAULT_PROFILE))


def load_about(name: str) -> Profile:
    """The shipped profile ``name``. Raises `FileNotFoundError` for unknown names."""
    about = _tables(name)["profile"]
    return Profile(
        name,
        Text(**about["title"]),
        Text(**about["source"]),
        about["checked"],
        about["verified"],
        load_profile(name),
    )


@cache
def _tables(name: str) -> dict[str, Any]:
    text = resources.files("kesu.register.settings.profiles").joinpath(f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def load_profile(name: str = DEFAULT_PROFILE) -> Settings:
    """The settings that the shipped profile ``name`` stands for. Raises `FileNotFoundError` for unknown names."""
    return from_toml(_tables(name))


def new_settings(profile: str = DEFAULT_PROFILE) -> Settings:
    """The settings of a new register: those of the profile, and limits that earlier registers did not have.

    Raises `FileNotFoundError` for unknown names.
    """
    return dataclasses.replace(load_profile(profile), limits=NEW_LIMITS)


def from_toml(data: Mapping[str, Any]) -> Settings:
    """Settings out of the tables of a profile (the shape is that of profiles/telecom.toml)."""
    hours = {
        WEEKDAYS.index(day): tuple(parse_interval(words) for words in spans)
        for day, spans in data.get("hours", {}).items()
    }
    rules = tuple(_row(Rule, row) for row in data.get("rules", ()))
    targets = tuple(_row(KpiTarget, row) for row in data.get("kpi_targets", ()))
    return Settings(
        profile=data["profile"]["name"],
        hours=hours,
        rules=rules,
        kpi_targets=targets,
        **data.get("general", {}),
    )


def _row(cls: type[Any], row: Mapping[str, Any]) -> Any:
    known = {key: value for key, value in row.items() if key != "note" or cls is Rule}
    unknown = known.keys() - set(cls.__slots__)
    if unknown:
        raise ValueError(f"a {cls.__name__} of a profile has no {', '.join(sorted(unknown))}")
    if "note" in known:
        known["note"] = " / ".join(known["note"].values())
    made = cls(**known)
    problem = rule_problem(made) if isinstance(made, Rule) else None
    if problem:
        raise ValueError(problem.en)
    return made
