"""The page as the function URL gives it: made by the run, not by the request."""

import base64
import gzip
from datetime import date, datetime
from typing import Any

from rediscover_archive.documents import Document, Documents
from rediscover_archive.ledger.shelf import archives
from rediscover_archive.page.document import html, policy
from rediscover_archive.page.gathering import gathered

KEY = "archives/page.json"

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Encoding": "gzip",
    "Content-Security-Policy": f"{policy()}; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def keep_page(documents: Documents, now: datetime, report: dict[str, Any], ends: date | None) -> None:
    """Write the page of every archive, with what the run that wrote `report` has to tell.

    It is compressed: an answer may have 6 MB (Lambda, Quotas), and ten thousand tracks are two.
    """
    text = html(gathered(archives(documents), now, report, ends))
    documents.put(KEY, {"page": base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()})


def kept_page(document: Document | None) -> str | None:
    """The page in a document, compressed and in Base64; None where there is none yet."""
    page = (document or {}).get("page")
    return page if isinstance(page, str) else None
