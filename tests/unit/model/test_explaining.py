"""Declarations in words: how a value is computed, from what, what it costs and where it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from decision_store.model.checks import check
from decision_store.model.estimates import Prices
from decision_store.model.explaining import Circumstances, Explanation, UnknownNameError, explain
from decision_store.model.wording import span_text
from tests.unit.model.use_case_folders import write

RETENTION_MS = 90 * 86_400_000
DECLARED = """
FIELDS = [derived("large", "amount >= 100.0")]
VARIABLES = [
    Variable("spend_7d", key="customer_id", value=sum_("amount"), where="large == true", window=days(7), hop=hours(1)),
    Variable("recent", key=("customer_id", named("m", "merchant_id")), value=last_k(3, "outcome", "event_time")),
    Variable("merchants", key="customer_id", value=distinct("merchant_id")),
]
"""


def explained(folder: Path, name: str) -> list[Explanation]:
    report = check(RETENTION_MS, folder)
    assert report.problems == ()
    return explain(name, report.use_cases, Circumstances(RETENTION_MS, Prices(write=1.0), "http://api"))


def test_a_variable_is_explained_from_its_declaration_to_where_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "shop", DECLARED)
    (one,) = explained(tmp_path, "shop.spend_7d")
    assert one.title == "shop.spend_7d"
    assert one.sentence == (
        "For each customer_id: the sum of amount over the decisions of the last 7 d for which large == true; 0 when"
        " there are none. Of each decision its newest revision counts; a correction first takes back what the older one"
        " added, however late it comes."
    )
    details = dict(one.details)
    assert details["declared"] == "shop/variables.py:5"
    assert details["value"] == "sum_(amount)"
    assert details["window"] == (
        "7 d, moving in hops of 1 h: a decision counts for at least 7 d after its event time and for at most 7 d 1 h"
    )
    assert details["fields"] == (
        "customer_id (string): customer_id of the decision event\n"
        "amount (double): request.amount of the decision event\n"
        "large (boolean) = amount >= 100.0"
    )
    assert details["item"] == "entity customer_id=c-1, use_case shop: spend_7d = 129.5"
    assert details["read at"] == "http://api/customers/c-1/variables"
    assert details["in the answer"] == "use_cases.shop.spend_7d"
    assert "a decision in each of 169 hops" in details["state"]
    assert "shared with 1 other variable of this key" in details["writes"]
    assert "2,000,000 writes, $2.00" in details["writes"]


def test_several_values_and_a_key_of_several_parts(tmp_path: Path) -> None:
    write(tmp_path / "shop", DECLARED)
    (one,) = explained(tmp_path, "recent__outcome")
    details = dict(one.details)
    assert details["key"] == "customer_id, m = merchant_id"
    assert details["state"].endswith(
        "77 for each further decision: without a window decisions are kept while they may become the value, of the"
        " last 186 d at most"
    )
    assert details["item"] == (
        'entity customer_id=c-1|m=x, use_case shop: recent__outcome = ["APPROVED", …],'
        " recent__event_time = [1700000000000, …]"
    )
    assert details["read at"] == "http://api/variables?entity=customer_id%3Dc-1%7Cm%3Dx"
    assert "event_time of the decision event; when the customer asked" in details["fields"]
    assert "outcome, event_time of the 3 newest of the decisions, as lists" in one.sentence


def test_a_name_in_two_use_cases_is_explained_for_both(tmp_path: Path) -> None:
    write(tmp_path / "shop", DECLARED)
    write(tmp_path / "toys", DECLARED)
    assert [one.title for one in explained(tmp_path, "merchants")] == ["shop.merchants", "toys.merchants"]
    assert [one.title for one in explained(tmp_path, "toys.merchants")] == ["toys.merchants"]


def test_an_unknown_name_is_answered_with_what_was_probably_meant(tmp_path: Path) -> None:
    write(tmp_path / "shop", DECLARED)
    with pytest.raises(UnknownNameError, match=r"Nothing is called spend_8d: did you mean spend_7d\?"):
        explained(tmp_path, "spend_8d")
    with pytest.raises(UnknownNameError, match=r"did you mean shop\.recent or"):
        explained(tmp_path, "shops.recent")
    with pytest.raises(UnknownNameError, match=r"there are shop\.merchants, shop\.recent, shop\.spend_7d"):
        explained(tmp_path, "zzz")


ENRICHING = """
ENRICHMENTS = [Enrichment("declines_1h", count(), where="outcome == 'DECLINED'", same="merchant_id", window=hours(1))]
RULES = [Rule("again", when="declines_1h > 2 && amount > 5.0"), Rule("dear", when="amount > 500.0")]
"""


def test_an_enrichment_is_explained_as_of_the_decision(tmp_path: Path) -> None:
    write(tmp_path / "shop", ENRICHING, "enrichments.py")
    write(tmp_path / "shop", ENRICHING, "rules.py")
    (one,) = explained(tmp_path, "shop.declines_1h")
    assert one.sentence.startswith(
        "For each decision, as of its event time: how many there are of the customer's other decisions of the last 1 h"
        " for which outcome == 'DECLINED' with the same merchant_id; 0 when there are none."
    )
    details = dict(one.details)
    assert details["fields"] == (
        "merchant_id (string): request.merchant_id of the decision event\n"
        "outcome (string): outcome.outcome of the decision event"
    )
    assert details["in the event"] == 'enrichments["shop.declines_1h"]: long'
    assert details["named in"] == "again"


def test_a_rule_is_explained_with_the_enrichments_it_names(tmp_path: Path) -> None:
    write(tmp_path / "shop", ENRICHING, "enrichments.py")
    write(tmp_path / "shop", ENRICHING, "rules.py")
    (one,) = explained(tmp_path, "again")
    assert one.sentence.startswith("The event of a decision is flagged if declines_1h > 2 && amount > 5.0.")
    details = dict(one.details)
    assert details["enrichments"] == "declines_1h (long): count()"
    assert details["in the event"] == 'flags has "shop.again"'
    with pytest.raises(UnknownNameError, match=r"did you mean again\?"):
        explained(tmp_path, "agin")


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0 ms"), (250, "250 ms"), (90_000, "1 min 30 s"), (86_400_000 * 30, "30 d"), (3_600_001, "1 h 1 ms")],
)
def test_a_span_is_said_exactly(milliseconds: int, text: str) -> None:
    assert span_text(milliseconds) == text
