"""AWS's signatures, checked with the code that makes them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from werkzeug.wrappers import Request

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/, ]+)/\d{8}/(?P<region>[^/, ]+)/(?P<service>[^/, ]+)/aws4_request, "
    r"SignedHeaders=(?P<headers>[^, ]+), Signature=(?P<signature>[0-9a-f]{64})"
)
_S3 = "s3"


def signed_by(environ: Mapping[str, Any]) -> tuple[str, str]:
    """The access key and the service that a request claims to be signed with and for; "" for both without."""
    claimed = _AUTHORIZATION.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
    return (claimed["key"], claimed["service"]) if claimed else ("", "")


def is_signed(environ: dict[str, Any], secret_key: str) -> bool:
    """Whether this key signed the request, with the body that came; the body can be read again after."""
    claimed = _AUTHORIZATION.fullmatch(environ["HTTP_AUTHORIZATION"])
    if claimed is None:
        return False
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    sent = Request(environ, populate_request=False).headers
    headers = {name: sent[name] for name in claimed["headers"].split(";") if name in sent}
    if not {"host", "x-amz-date"} <= headers.keys() or not _is_of(body, headers):
        return False
    asked = AWSRequest(environ["REQUEST_METHOD"], f"http://{headers['host']}{environ['RAW_URI']}", headers, body)
    asked.context["timestamp"] = headers["x-amz-date"]
    signer = S3SigV4Auth if claimed["service"] == _S3 else SigV4Auth
    auth = signer(Credentials(claimed["key"], secret_key), claimed["service"], claimed["region"])
    signature = auth.signature(auth.string_to_sign(asked, auth.canonical_request(asked)), asked)
    return hmac.compare_digest(signature, claimed["signature"])


def _is_of(body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether the hash that was signed is the body's, where the request names one."""
    return headers.get("x-amz-content-sha256", "") in ("", hashlib.sha256(body).hexdigest())
