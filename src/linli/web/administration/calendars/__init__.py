"""Pages of the county's and the units' calendars, for somebody who writes no YAML."""
