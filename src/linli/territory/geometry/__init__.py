"""Areas on the ground: reading, repairing, tiling, and finding the area of a point."""
