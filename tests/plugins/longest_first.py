"""Files with slow tests or properties come first: at the end of a run both workers still have
something to do.
"""

import pytest

LONG = ("slow", "browser", "real_data", "hypothesis")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long = {item.path for item in items if any(map(item.get_closest_marker, LONG))}
    items.sort(key=lambda item: item.path not in long)
