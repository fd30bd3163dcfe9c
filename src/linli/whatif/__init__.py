"""What if: past cases put through another process, and days to come played through. No Django."""
