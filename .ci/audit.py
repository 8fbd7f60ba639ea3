"""Look for known vulnerabilities in a lock: `audit.py PIP_AUDIT LOCK`.

The exit code: 0 where packages were audited and no vulnerability is known, 1 where one is, 3 where nothing was audited,
be it that the database is out of reach or that pip-audit failed. `make check` goes on after a 3.
"""

import json
import subprocess
import sys

VULNERABLE, NOT_AUDITED = 1, 3


def main(pip_audit: str, lock: str) -> int:
    """The exit code."""
    options = ("--requirement", lock, "--require-hashes", "--disable-pip", "--format", "json", "--timeout", "5")
    ran = subprocess.run(  # noqa: S603 (our own tool and lock)
        [pip_audit, *options, "--progress-spinner", "off"], capture_output=True, text=True
    )
    try:
        dependencies = json.loads(ran.stdout)["dependencies"]
    except ValueError:
        dependencies = []
    audited = [one for one in dependencies if "vulns" in one]
    if not audited:
        print(f"NOT AUDITED: nothing of {lock} was looked up, so nothing is known of its vulnerabilities.")
        print(f"pip-audit ended with {ran.returncode}: {_last_line(ran.stderr) or 'it found no package it knows.'}")
        return NOT_AUDITED
    found = [(one, vulnerability) for one in audited for vulnerability in one["vulns"]]
    for one, vulnerability in found:
        fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
        print(f"{lock}: {one['name']} {one['version']} has {vulnerability['id']}, fixed in {fixed}.")
    if passed_over := [one["name"] for one in dependencies if "vulns" not in one]:
        print(f"NOT AUDITED: {', '.join(passed_over)}.")
    print(f"pip-audit: {len(audited)} of {len(dependencies)} packages audited, {len(found)} known vulnerabilities.")
    return VULNERABLE if found else 0


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
