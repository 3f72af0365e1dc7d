"""Complaint numbers: site, year and a running number without gaps, readable on the phone."""

import re

_SITE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def complaint_number(site: str, year: int, value: int) -> str:
    """For example `HQ-2026-0001`; beyond 9999 the running number grows wider instead of starting anew.

    `site` is a code of capital letters, digits and hyphens, `year` the site-local year of receipt, `value`
    the counter's value from 1. Raises ValueError for anything else.
    """
    if not _SITE.fullmatch(site) or not 1 <= year <= 9999 or value < 1:
        raise ValueError(f"no complaint number for site {site!r}, year {year}, value {value}")
    return f"{site}-{year:04d}-{value:04d}"
