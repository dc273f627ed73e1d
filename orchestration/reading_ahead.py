"""dbt compiles the project once when the environment is set up, so that the first night need not.

Run as a module, by `.ci/setup`. Nothing depends on it: whoever builds first would do the same.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from ingestion.settings import Settings
from orchestration.compiling import project
from orchestration.deployment import Deployment

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        project(Deployment(Settings(home=Path(home))))
