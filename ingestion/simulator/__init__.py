"""A simulated Phuket that sends what Phuket sends: the embedded source of the demo and the tests.

First a ground truth that the platform never sees (`truth`), then the sources derived from it
(`readings`, `drops`, `government`), then known defects (`faults`), then serving (`ckan`,
`serving`). Nothing else in the platform may import this package except the commands that run it.
"""
