"""What the answers and silences of an S3 server mean to a person, and which may pass.

Does not belong here: when to try again (`s3.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from ingestion.errors import CdpError
from ingestion.storage.failures import (
    StoreRefused,
    StoreUnavailable,
    StoreUnreachable,
    key_missing,
)

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

ENDPOINT = "CDP_S3_ENDPOINT_URL"
CREDENTIALS = "CDP_S3_ACCESS_KEY_ID and CDP_S3_SECRET_ACCESS_KEY"
PLACE = "CDP_LAKE_URL or CDP_OPEN_URL"

# By error code: what to do. None of these passes by itself.
REFUSALS = {
    "NoSuchBucket": f"create the bucket, or correct {PLACE}",
    "InvalidBucketName": f"correct the bucket name in {PLACE}",
    "SignatureDoesNotMatch": "correct CDP_S3_SECRET_ACCESS_KEY",
    "InvalidAccessKeyId": "correct CDP_S3_ACCESS_KEY_ID",
    "AuthorizationHeaderMalformed": "correct CDP_S3_REGION",
    "PermanentRedirect": f"correct CDP_S3_REGION or {ENDPOINT}",
    "RequestTimeTooSkewed": "set the clock of this machine",
    "NotImplemented": f"use an S3 server that knows conditional writes ({ENDPOINT})",
}
DENIED = f"correct {CREDENTIALS}, or give that key the right to read, write, list and delete there"
# Damaged or cut on the way, or parts that the server has forgotten: the whole is sent again.
PASSING = frozenset(
    {
        *("BadDigest", "IncompleteBody", "MalformedXML", "RequestTimeout"),
        *("InvalidPart", "NoSuchUpload"),
    }
)
PASSING_STATUS = frozenset({408, 425, 429})
CONTESTED = frozenset({HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})


@contextmanager
def translated(url: str, key: str = "") -> Iterator[None]:
    """Let nothing of botocore out: raise the `CdpError` that an answer about `key` amounts to."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        raise _answered(error, url, key) from error
    except BotoCoreError as error:
        raise _not_answered(error, url, key) from error
    except (ResponseParserError, HTTPError, OSError) as error:  # half an answer
        raise StoreUnavailable(f"{_at(url, key)}: {error}") from error


def _answered(error: ClientError, url: str, key: str) -> CdpError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    # A HEAD has no body to carry a code, and botocore repeats the status instead.
    answer = f"{status} {code}" if code != str(status) else code
    what = f"{_at(url, key)}: the server answered {answer}"
    if code in REFUSALS:
        return StoreRefused(what, fix=REFUSALS[code])
    if status == HTTPStatus.FORBIDDEN:
        return StoreRefused(what, fix=DENIED)
    if status == HTTPStatus.NOT_FOUND and code != "NoSuchUpload":
        return key_missing(key, url) if key else StoreRefused(what, fix=REFUSALS["NoSuchBucket"])
    if status in CONTESTED:
        return StoreUnavailable(what, expected="no other write of that key at the same time")
    if _may_pass(code, status):
        return StoreUnavailable(what, fix="run again; if it stays, look at the S3 server")
    return StoreRefused(what, fix=f"check {ENDPOINT}, {PLACE} and the S3 server's log")


def _may_pass(code: str, status: int) -> bool:
    # "XAmzContent…Mismatch": the body that arrived is not the body that was signed.
    damaged = code in PASSING or (code.startswith("XAmzContent") and code.endswith("Mismatch"))
    busy = status in PASSING_STATUS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return damaged or busy


def _not_answered(error: BotoCoreError, url: str, key: str) -> CdpError:
    from botocore import exceptions as known

    what = f"{_at(url, key)}: {error}"
    if isinstance(error, known.NoCredentialsError | known.PartialCredentialsError):
        return StoreRefused(what, fix=f"set {CREDENTIALS}")
    if isinstance(error, known.SSLError):
        return StoreRefused(what, fix=f"check the certificate of the server at {ENDPOINT}")
    unreachable = known.EndpointConnectionError | known.ConnectTimeoutError | known.ReadTimeoutError
    if isinstance(error, unreachable | known.ProxyConnectionError):
        return StoreUnreachable(
            f"{_at(url, key)}: the S3 server does not answer",
            fix=f"start it, or correct {ENDPOINT}",
        )
    cut_or_damaged = known.IncompleteReadError | known.FlexibleChecksumError
    if isinstance(error, known.HTTPClientError | cut_or_damaged):
        return StoreUnavailable(what, fix=f"run again; if it stays, see whether {ENDPOINT} runs")
    return StoreRefused(what, fix=f"check {ENDPOINT}, CDP_S3_REGION and {CREDENTIALS}")


def _at(url: str, key: str) -> str:
    return f"object {key} in {url}" if key else f"store {url}"
