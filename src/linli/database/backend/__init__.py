"""Django's PostgreSQL backend with composite keys and row-level security for tenant tables."""
