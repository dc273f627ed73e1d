"""One attempt at writing an object to S3: in one request, or in parts when it is large.

Does not belong here: what a failed attempt means and whether there is another (`s3.py`).
"""

from __future__ import annotations

import hashlib
import io
import logging
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ingestion.errors import PermanentError
from ingestion.storage.failures import unreadable
from ingestion.storage.s3_client import S3Limits
from ingestion.storage.s3_failures import translated
from ingestion.storage.store import read_pieces

if TYPE_CHECKING:
    from botocore.client import BaseClient

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parcel:
    """An object to be written. `writer` is random: it tells an own write from another's."""

    url: str
    key: str
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
        """The bucket, and the name in it."""
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


def send(client: BaseClient, parcel: Parcel, limits: S3Limits) -> str:
    """Write the object once and return its ETag; the last request is the commit."""
    if parcel.size > limits.multipart_above:
        return _send_parts(client, parcel, limits)
    with _opened(parcel.body) as file, translated(parcel.url, parcel.key):
        answer = client.put_object(
            Body=file,
            ContentLength=parcel.size,
            ChecksumSHA256=_base64(parcel.sha256),
            **parcel.target,
            **parcel.head,
            **parcel.condition,
        )
    return str(answer["ETag"])


def _send_parts(client: BaseClient, parcel: Parcel, limits: S3Limits) -> str:
    with translated(parcel.url, parcel.key):
        upload = client.create_multipart_upload(
            ChecksumAlgorithm="SHA256", **parcel.target, **parcel.head
        )["UploadId"]
    try:
        parts = _send_each_part(client, parcel, upload, limits)
        with translated(parcel.url, parcel.key):
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
    client: BaseClient, parcel: Parcel, upload: str, limits: S3Limits
) -> list[dict[str, object]]:
    parts: list[dict[str, object]] = []
    sent = hashlib.sha256()
    with _opened(parcel.body) as file:
        while piece := file.read(limits.part_bytes):
            sent.update(piece)
            part = {
                "PartNumber": len(parts) + 1,
                "ChecksumSHA256": _base64(hashlib.sha256(piece).hexdigest()),
            }
            request = {"UploadId": upload, "Body": piece, **part, **parcel.target}
            etag = limits.tried(partial(_send_part, client, request, parcel))
            parts.append({**part, "ETag": etag})
    if sent.hexdigest() != parcel.sha256:
        raise PermanentError(
            f"the file to be stored as {parcel.key} changed on the way",
            expected="a file that nothing writes to any more",
        )
    return parts


def _send_part(client: BaseClient, request: Mapping[str, object], parcel: Parcel) -> str:
    with translated(parcel.url, parcel.key):
        return str(client.upload_part(**request)["ETag"])


def _abort(client: BaseClient, parcel: Parcel, upload: str) -> None:
    """Give the parts back; what this cannot reach is for the bucket's lifecycle rule."""
    try:
        client.abort_multipart_upload(UploadId=upload, **parcel.target)
    except Exception as error:  # the failure that led here is the one to report
        log.warning("upload %s of %s could not be aborted: %s", upload, parcel.key, error)


def _opened(body: bytes | Path) -> BinaryIO:
    if isinstance(body, bytes):
        return io.BytesIO(body)
    try:
        return body.open("rb")
    except OSError as error:
        raise unreadable(error, body) from error


def _base64(sha256: str) -> str:
    return b64encode(bytes.fromhex(sha256)).decode("ascii")
