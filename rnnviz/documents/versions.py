"""What older programs called the fields of records; their documents are read all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORMER: Mapping[str, Mapping[str, str]] = {
    "Run": {"lesson": "shipped"},
}
"""Of a record, by the name that it has today: a field's old name → its name today."""


def in_todays_names(record: str, data: dict[str, Any]) -> dict[str, Any]:
    """The fields of a record as a document has them, by the names that they have today.

    An old name beside the new one stays, to be refused as unknown.
    """
    former = FORMER.get(record)
    if former is None:
        return data
    return {
        name if (today := former.get(name, name)) in data else today: value
        for name, value in data.items()
    }
