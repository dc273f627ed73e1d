"""The same csv.gz through dlt with its DuckDB reader, run by the Python of another environment.

dlt is no part of the platform: this file imports nothing of it, and prints seconds as JSON.
Arguments: how the reader is asked, and the file.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import dlt
from dlt.sources.filesystem import filesystem, read_csv_duckdb

ASKED = {"as it comes": {}, "for Arrow tables": {"chunk_size": 100_000, "use_pyarrow": True}}


def main(how: str, path: Path) -> None:
    """Load the file into Parquet files."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        files = filesystem(bucket_url=path.parent.as_uri(), file_glob=path.name)
        rows = files | read_csv_duckdb(**ASKED[how])
        pipeline = dlt.pipeline(
            pipeline_name="sessions",
            pipelines_dir=f"{folder}/state",
            destination=dlt.destinations.filesystem(f"file://{folder}/out"),
        )
        pipeline.run(rows.with_name("sessions"), loader_file_format="parquet")
        print(json.dumps({"seconds": time.monotonic() - started}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
