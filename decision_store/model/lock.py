"""What runs, written down beside the declarations, so that a change is told before it meets state it does not fit.

`use_cases/NAME/lock.json` is committed. It holds each variable as it was accepted last: its version, its declaration in
words a person can compare, and their digest; and of those that were removed the last version. `decisions check
--accept` writes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from decision_store.model.declarations import DeclarationError
from decision_store.model.expressions import FieldType
from decision_store.model.plan import PlanEntity, PlanField, PlanKey, PlanVariable
from decision_store.model.wording import aggregate_text, expressions_of, fields_named, key_text, span_text

FILE = "lock.json"
ACCEPT = "decisions check --accept"


class LockedVariable(BaseModel):
    """A variable as it was accepted.

    Attributes:
        name: of the variable.
        key: the names of its key's parts; a name may be declared once for each key.
        version: of the declaration.
        digest: of the declaration.
        declaration: everything its values depend on, in words: key, value, where, window, hop, and `field NAME` for
            each field that these name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    key: tuple[str, ...]
    version: Annotated[int, Field(ge=1)]
    digest: str
    declaration: dict[str, str]

    @property
    def identity(self) -> tuple[str, tuple[str, ...]]:
        """What it is known by."""
        return self.name, self.key


class Lock(BaseModel):
    """The contents of `lock.json`.

    Attributes:
        lock: version of this file's layout.
        variables: as they were accepted.
        removed: by name, the highest version that was removed, under whatever key; for good, since the job holds what
            it counted for as long as an entity is not touched.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    lock: Annotated[int, Field(ge=1, le=1)] = 1
    variables: tuple[LockedVariable, ...] = ()
    removed: dict[str, Annotated[int, Field(ge=1)]] = {}

    def after(self, before: Lock | None) -> Lock:
        """This one, which also remembers what was removed up to and since an earlier one."""
        if before is None:
            return self
        removed = dict(before.removed)
        now = {one.identity for one in self.variables}
        for old in before.variables:
            if old.identity not in now:
                removed[old.name] = max(old.version, removed.get(old.name, 0))
        return self.model_copy(update={"removed": dict(sorted(removed.items()))})


@dataclass(frozen=True, slots=True)
class Change:
    """Attributes: the variable's name, and a sentence about what changed and what it means."""

    variable: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What declarations differ in from their lock.

    Attributes:
        refused: changes that must not be.
        told: changes that may be and are not accepted yet.
    """

    refused: tuple[Change, ...] = ()
    told: tuple[Change, ...] = ()


def locked(entities: Iterable[PlanEntity], fields: Sequence[PlanField], types: Mapping[str, FieldType]) -> Lock:
    """The lock of compiled declarations.

    Args:
        entities: of one use case.
        fields: what their expressions may name, in the plan's order.
        types: of these fields.
    """
    variables = []
    for entity in entities:
        for variable in entity.variables:
            declaration = _declaration(entity.key, variable, fields, types)
            variables.append(
                LockedVariable(
                    name=variable.name,
                    key=tuple(part.name for part in entity.key),
                    version=variable.version,
                    digest=_digest(declaration),
                    declaration=declaration,
                )
            )
    return Lock(variables=tuple(sorted(variables, key=lambda one: one.identity)))


def read_lock(folder: Path) -> Lock | None:
    """The lock of a use case's folder; None when there is none.

    Raises:
        DeclarationError: it cannot be read, or was changed by hand.
    """
    file = folder / FILE
    try:
        lock = Lock.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as broken:
        what = broken.errors()[0]["msg"] if isinstance(broken, ValidationError) else str(broken)
        raise DeclarationError(f"{file} cannot be read ({what}): take it from your version control") from None
    for variable in lock.variables:
        if variable.digest != _digest(variable.declaration):
            raise DeclarationError(
                f"{file}: {variable.name} was edited by hand, or merged: take the lock from your version control and"
                f" run `{ACCEPT}`"
            )
    return lock


def write_lock(folder: Path, lock: Lock) -> None:
    """Writes `lock.json`: sorted, a line a value, so that version control shows what was changed."""
    (folder / FILE).write_text(json.dumps(lock.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n", "utf-8")


def changes(before: Lock | None, now: Lock) -> Changes:
    """What is different now, and whether it may be.

    A declaration that changes needs another version, since what was counted under the old one is dropped: whoever
    changes it should say so, and whoever reads the value can know. A version never goes down.
    """
    known = {one.identity: one for one in before.variables} if before is not None else {}
    removed = before.removed if before is not None else {}
    gone = [known[identity] for identity in sorted(known.keys() - {one.identity for one in now.variables})]
    refused: list[Change] = []
    told: list[Change] = []
    for variable in now.variables:
        old = known.get(variable.identity)
        if old is None and (moved := [one for one in gone if one.name == variable.name]):
            old = moved[0]  # the same name under another key
            gone.remove(old)
        if variable.identity not in known and variable.version <= removed.get(variable.name, 0):
            back = comes_back(variable.name, removed[variable.name], variable.version)
            refused.append(Change(variable.name, back))
        elif old is None:
            told.append(Change(variable.name, f"{variable.name} is new: it starts counting from nothing."))
        elif (sentence := _refusal(old, variable)) is not None:
            refused.append(Change(variable.name, sentence))
        elif variable.version > old.version:
            what = _differences(old.declaration, variable.declaration)
            sentence = (
                f"{variable.name} goes from version {old.version} to {variable.version}"
                f"{f' ({what})' if what else ''}: it starts counting from nothing."
            )
            told.append(Change(variable.name, sentence))
    told.extend(Change(old.name, f"{old.name} is gone: its state is dropped.") for old in gone)
    return Changes(tuple(refused), tuple(told))


def comes_back(name: str, removed: int, version: int) -> str:
    """Why a variable that was removed as one version does not come back as one that is not higher, and the way out."""
    return (
        f"{name} was removed as version {removed} and comes back as version {version}: entities that were not touched"
        f" meanwhile still have what it counted. Set version={removed + 1} (it starts counting from nothing)."
    )


def _refusal(old: LockedVariable, now: LockedVariable) -> str | None:
    differences = _differences(old.declaration, now.declaration)
    next_version = old.version + 1 if differences else old.version
    if now.version < old.version:
        return (
            f"{now.name} goes back from version {old.version} to {now.version}: versions only rise, so that one stands"
            f" for one declaration for good. Set version={next_version}."
        )
    if differences and now.version == old.version:
        return (
            f"{now.name} changed ({differences}) but its version is still {old.version}: what it has counted does not"
            f" fit what it declares now. Raise it to version={next_version} (it starts counting from nothing), or put"
            " it back."
        )
    return None


def _declaration(
    key: Sequence[PlanKey], variable: PlanVariable, fields: Sequence[PlanField], types: Mapping[str, FieldType]
) -> dict[str, str]:
    declaration = {"key": key_text(key), "value": aggregate_text(variable)}
    if variable.where is not None:
        declaration["where"] = variable.where
    if variable.window_ms is not None:
        declaration |= {"window": span_text(variable.window_ms), "hop": span_text(variable.hop_ms)}
    for field in fields_named(expressions_of(variable, key), fields, types):
        declaration[f"field {field.name}"] = f"{field.expression or field.path} ({field.type})"
    return declaration


def _digest(declaration: Mapping[str, str]) -> str:
    canonical = json.dumps(declaration, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _differences(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    places = [*before, *(place for place in now if place not in before)]
    return "; ".join(
        f"{place}: {before.get(place, 'none')} → {now.get(place, 'none')}"
        for place in places
        if before.get(place) != now.get(place)
    )
