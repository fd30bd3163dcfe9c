"""What-if runs of a county: its past is read, put through a draft or played on, and kept."""
