"""The API: /api/v1/<county>/…, with tokens, idempotency and problem details."""
