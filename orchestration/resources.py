"""What assets are given to work with.

Belongs here: Dagster resources. Does not belong here: settings (`ingestion/settings.py` reads
them from the environment, when an asset runs and not when this is imported).
"""

from __future__ import annotations

import dagster as dg

from orchestration.deployment import Deployment, open_deployment


class Platform(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The deployment that the environment describes."""

    def deployment(self) -> Deployment:
        """Open it anew, with the settings as they are now."""
        return open_deployment()
