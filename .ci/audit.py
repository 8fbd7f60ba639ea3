"""Look for known vulnerabilities in a lock: `audit.py PIP_AUDIT LOCK`. Where the database is out of reach, say so."""

import json
import subprocess
import sys


def main(pip_audit: str, lock: str) -> int:
    """The exit code: 1 where a vulnerability is known."""
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
        print(f"pip-audit cannot reach its database from here, so {lock} was not audited.")
        return 0
    found = [(one, vulnerability) for one in audited for vulnerability in one["vulns"]]
    for one, vulnerability in found:
        fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
        print(f"{lock}: {one['name']} {one['version']} has {vulnerability['id']}, fixed in {fixed}.")
    print(f"pip-audit: {len(audited)} of {len(dependencies)} packages audited, {len(found)} known vulnerabilities.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
