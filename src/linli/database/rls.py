"""SQL of row-level security: what every tenant table gets when it is created."""

from linli.database.context import SETTING

APP = "linli_app"
SEARCH = "linli_search"
OWNER = "linli_owner"

# After SET LOCAL has ended the setting is '' rather than NULL, hence NULLIF.
CURRENT_COUNTY_SQL = f"NULLIF(current_setting('{SETTING}', true), '')"


def isolate(table: str) -> list[str]:
    """Statements that hide the rows of other counties from everyone, the table's owner included."""
    predicate = f"county_id = {CURRENT_COUNTY_SQL}"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY county ON {table} USING ({predicate}) WITH CHECK ({predicate})",
    ]


def append_only(table: str) -> str:
    """Take from the application every right to change or remove a row of `table`."""
    return f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP}"
