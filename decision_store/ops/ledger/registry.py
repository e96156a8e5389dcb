"""What the ledger asks the schema registry; a schema never changes, so each is asked for once."""

from __future__ import annotations

import json
from typing import Any

import requests

from decision_store.model.avro_schemas import InvalidSchemaError, parse_schema
from decision_store.model.part_schemas import check_part_schema
from decision_store.model.schemas import shipped_version
from decision_store.model.validation import PayloadSchema
from decision_store.ops.ledger.topics import LedgerError


class Registry:
    """A registry that speaks Confluent's REST API.

    Args:
        url: SCHEMA_REGISTRY_URL.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._by_id: dict[int, dict[str, Any]] = {}
        self._of_parts: dict[str, PayloadSchema] = {}

    def by_id(self, schema_id: int) -> dict[str, Any] | None:
        """The parsed .avsc; None when the registry does not know the id.

        Raises:
            LedgerError: the registry does not answer.
        """
        if schema_id not in self._by_id:
            text = self._ask(f"/schemas/ids/{schema_id}")
            if text is None:
                return None
            self._by_id[schema_id] = json.loads(text)
        return self._by_id[schema_id]

    def of_part(self, reference: str) -> PayloadSchema:
        """The schema of a part's payload, by reference (`check-credit:2`); version 1 is shipped.

        Raises:
            KeyError: there is none, or no decision can be assembled from its parts.
            LedgerError: the registry does not answer.
        """
        if reference not in self._of_parts:
            subject, _, version = reference.rpartition(":")
            text = self._ask(f"/subjects/{subject}/versions/{version}")
            try:
                if text is None:
                    schema = shipped_version(reference)
                else:
                    parsed = parse_schema(text)
                    check_part_schema(subject, parsed)
                    schema = PayloadSchema(parsed.canonical)
            except InvalidSchemaError:
                raise KeyError(reference) from None
            self._of_parts[reference] = schema
        return self._of_parts[reference]

    def _ask(self, path: str) -> str | None:
        try:
            answer = requests.get(self._url + path, timeout=10)
        except requests.RequestException:
            raise LedgerError(
                f"The schema registry does not answer at {self._url}: start it, or set SCHEMA_REGISTRY_URL."
            ) from None
        if answer.status_code == 404:
            return None
        if not answer.ok:
            raise LedgerError(f"The schema registry at {self._url} answered {answer.status_code}: see its log.")
        return str(answer.json()["schema"])
