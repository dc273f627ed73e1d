"""One attempt at writing an object to S3: in one request, or in parts when it is large.

Does not belong here: what a failed attempt means and whether there is another (`s3.py`).
"""

from __future__ import annotations

import hashlib
import io
import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import stamina

from ingestion.errors import PermanentError, TransientError
from ingestion.storage.failures import unreadable
from ingestion.storage.s3_failures import translated
from ingestion.storage.store import read_pieces

if TYPE_CHECKING:
    from botocore.client import BaseClient

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class S3Limits:
    """How large a request may be, and how often and how patiently it is tried."""

    tries: int = 5
    first_pause: float = 0.2
    longest_pause: float = 10.0
    connect_seconds: float = 5.0
    read_seconds: float = 60.0
    page: int = 1000
    multipart_above: int = 64 << 20
    part_bytes: int = 16 << 20

    def attempts(self) -> Iterator[stamina.Attempt]:
        """Bounded tries, apart by growing pauses with jitter, of what raises `TransientError`."""
        return stamina.retry_context(
            on=TransientError,
            attempts=self.tries,
            timeout=None,
            wait_initial=self.first_pause,
            wait_max=self.longest_pause,
            wait_jitter=self.first_pause,
        )


@dataclass(frozen=True)
class Parcel:
    """An object to be written. `writer` is random: it tells an own write from another's."""

    bucket: str
    name: str
    body: bytes | Path
    size: int
    sha256: str
    writer: str
    if_absent: bool
    content_type: str

    @property
    def target(self) -> dict[str, str]:
        """The bucket and the key within it."""
        return {"Bucket": self.bucket, "Key": self.name}

    @property
    def head(self) -> dict[str, object]:
        """What is stored beside the bytes."""
        metadata = {"sha256": self.sha256, "writer": self.writer}
        return {"ContentType": self.content_type, "Metadata": metadata}

    @property
    def condition(self) -> dict[str, str]:
        """What the request that commits must meet."""
        return {"IfNoneMatch": "*"} if self.if_absent else {}


def weigh(body: bytes | Path) -> tuple[int, str]:
    """Bytes and SHA-256 of a body, in flat memory."""
    size, digest = 0, hashlib.sha256()
    for piece in read_pieces(body):
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def send(client: BaseClient, parcel: Parcel, limits: S3Limits, url: str) -> str:
    """Write the object once and return its ETag; the last request is the commit."""
    if parcel.size > limits.multipart_above:
        return _send_parts(client, parcel, limits, url)
    with _opened(parcel.body) as file, translated(url, parcel.name):
        answer = client.put_object(
            Body=file,
            ContentLength=parcel.size,
            ChecksumSHA256=_base64(parcel.sha256),
            **parcel.target,
            **parcel.head,
            **parcel.condition,
        )
    return str(answer["ETag"])


def _send_parts(client: BaseClient, parcel: Parcel, limits: S3Limits, url: str) -> str:
    with translated(url, parcel.name):
        upload = client.create_multipart_upload(
            ChecksumAlgorithm="SHA256", **parcel.target, **parcel.head
        )["UploadId"]
    try:
        parts = _send_each_part(client, parcel, upload, limits, url)
        with translated(url, parcel.name):
            answer = client.complete_multipart_upload(  # the commit
                UploadId=upload,
                MultipartUpload={"Parts": parts},
                **parcel.target,
                **parcel.condition,
            )
    except BaseException:
        _abort(client, parcel, upload)
        raise
    return str(answer["ETag"])


def _send_each_part(
    client: BaseClient, parcel: Parcel, upload: str, limits: S3Limits, url: str
) -> list[dict[str, object]]:
    parts: list[dict[str, object]] = []
    sent = hashlib.sha256()
    with _opened(parcel.body) as file:
        while piece := file.read(limits.part_bytes):
            sent.update(piece)
            checksum = _base64(hashlib.sha256(piece).hexdigest())
            number = len(parts) + 1
            for attempt in limits.attempts():
                with attempt, translated(url, parcel.name):
                    answer = client.upload_part(
                        UploadId=upload,
                        PartNumber=number,
                        Body=piece,
                        ChecksumSHA256=checksum,
                        **parcel.target,
                    )
            parts.append(
                {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum}
            )
    if sent.hexdigest() != parcel.sha256:
        raise PermanentError(
            f"{parcel.body} changed while it was being stored as {parcel.name}",
            expected="a file that nothing writes to any more",
        )
    return parts


def _abort(client: BaseClient, parcel: Parcel, upload: str) -> None:
    """Give the parts back. The bucket's lifecycle rule is there for those that this cannot reach."""
    try:
        client.abort_multipart_upload(UploadId=upload, **parcel.target)
    except Exception as error:  # the failure that led here is the one to report
        log.warning("upload %s of %s could not be aborted: %s", upload, parcel.name, error)


def _opened(body: bytes | Path) -> BinaryIO:
    if isinstance(body, bytes):
        return io.BytesIO(body)
    try:
        return body.open("rb")
    except OSError as error:
        raise unreadable(error, body) from error


def _base64(sha256: str) -> str:
    return b64encode(bytes.fromhex(sha256)).decode("ascii")
