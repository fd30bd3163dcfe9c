"""Actions that span several domains."""
