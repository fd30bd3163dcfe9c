"""What-if runs: past cases under a draft, days to come under a scenario."""
