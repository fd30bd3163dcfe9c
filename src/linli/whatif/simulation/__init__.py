"""Days to come, played through: what more staff, a merger or a storm would do."""
