"""What shells set for AWS, for proxies and for Python, as odd as it may be."""

from collections.abc import Callable
from pathlib import Path

NOWHERE = "http://127.0.0.1:9"
PROXIES = {
    name: value
    for upper, value in {"HTTP_PROXY": NOWHERE, "HTTPS_PROXY": "no proxy at all", "ALL_PROXY": "socks5://[::1"}.items()
    for name in (upper, upper.lower())
}
BROKEN = "[profile\nregion = ???\n\x00"


def aws(folder: Path) -> dict[str, str]:
    """Of AWS's libraries and of moto, with files of theirs in `folder`."""
    (folder / ".aws").mkdir()
    for name in ("config", "credentials"):
        (folder / ".aws" / name).write_text(BROKEN)
    return {
        **dict.fromkeys(("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"), "no such one"),
        **dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "BOTO_CONFIG"), str(folder)),
        **dict.fromkeys(("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_STEP_FUNCTIONS"), NOWHERE),
        **dict.fromkeys(("AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_DEFAULTS_MODE", "AWS_CA_BUNDLE"), "odd"),
        **dict.fromkeys(("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"), "true"),
        **{"AWS_REQUEST_CHECKSUM_CALCULATION": "odd", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"},
        **{"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SESSION_TOKEN": "t", "AWS_DATA_PATH": str(folder)},
        **{"MOTO_ACCOUNT_ID": "1", "MOTO_PORT": "x", "INITIAL_NO_AUTH_ACTION_COUNT": "0", "TEST_SERVER_MODE": "true"},
        **{"MOTO_S3_DEFAULT_KEY_BUFFER_SIZE": "much", "MOTO_LAMBDA_CONCURRENCY_QUOTA": "much"},
        **{"SF_EXECUTION_HISTORY_TYPE": "NONE", "POWERTOOLS_DEV": "odd", "LAMBDA_TASK_ROOT": "/nowhere"},
    }


def pythons(folder: Path) -> dict[str, str]:
    """Of Python, with modules in `folder` that no command may import."""
    shadows = folder / "shadows"
    shadows.mkdir()
    for name in ("json", "argparse", "rich", "boto3", "requests", "rediscover_archive", "typing_extensions", "yaml"):
        (shadows / f"{name}.py").write_text("raise RuntimeError('this is another program’s')\n")
    return {
        "PYTHONPATH": str(shadows),
        "PYTHONWARNINGS": "error",
        "PYTHONOPTIMIZE": "2",
        "PYTHONDEVMODE": "1",
        "PYTHONBREAKPOINT": "odd",
        "PYTHONSTARTUP": str(folder),
    }


KINDS: dict[str, Callable[[Path], dict[str, str]]] = {
    "aws": aws,
    "proxies": lambda _: {**PROXIES, "no_proxy": "[::1", "NO_PROXY": "*.example"},
    "python": pythons,
}
