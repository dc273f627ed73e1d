"""HTTP as connectors use it: reach, patience, coding, paging and resuming."""
