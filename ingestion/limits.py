"""How much one untrusted file may cost. One set of numbers, used by every reader."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.faults import Refused

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds for one file; beyond any of them that file is refused and nothing else is harmed."""

    memory_bytes: int = 2048 * MIB
    cpu_seconds: int = 600
    wall_seconds: float = 900
    output_bytes: int = 8192 * MIB
    decompressed_bytes: int = 4096 * MIB
    decompression_ratio: int = 200
    ratio_counts_from_bytes: int = 8 * MIB
    field_chars: int = 131_072
    record_chars: int = 1_048_576
    document_chars: int = 64 * MIB
    """One JSON document with many records in it, such as a page of an API."""
    columns: int = 512
    json_depth: int = 32
    xml_depth: int = 32


def refuse_bomb(produced: int, consumed: int, limits: Limits) -> None:
    """Refuse an archive of which `consumed` bytes have already become `produced` bytes.

    Raises
    ------
    Refused: `decompression_limit`.
    """
    ratio = (
        produced > limits.ratio_counts_from_bytes
        and produced > consumed * limits.decompression_ratio
    )
    if ratio or produced > limits.decompressed_bytes:
        raise Refused(
            "decompression_limit",
            f"{produced} bytes so far from {consumed} compressed bytes",
            f"at most {limits.decompressed_bytes} bytes and {limits.decompression_ratio} to 1",
            "split the file, or raise the limit if it is honest",
        )
