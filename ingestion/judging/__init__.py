"""Records to accepted rows and quarantined ones, every one accounted for, in a confined process.

Does not belong here: reading bytes (`ingestion/formats/`), and keeping what comes out
(`ingestion/deliveries/`).
"""
