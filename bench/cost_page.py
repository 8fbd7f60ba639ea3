"""The words and tables of docs/cost.md."""

from typing import Any

from bench.prices import MEMORY, PRICES, PROCESSOR

Bills = dict[str, dict[str, float]]
Results = dict[str, Any]

SAFE_REQUESTS = 100
LAMBDA_SECONDS = 900


def page(results: Results, bills: Bills, waiting: dict[str, float], sizes: dict[int, tuple[float, float]]) -> str:
    """Markdown. `bills` has a month's units of each case; `waiting` what one wait costs."""
    one, many = results["engine"]["typical"], results["engine"]["many"]
    point = results["points"][-1]
    plain_pairs = point["plain_requests"] - 1
    names = list(bills)
    lines = [
        "# What a run costs",
        "",
        "Written by `make bench` out of what it counted and measured, and AWS's published prices in us-east-1.",
        f"One run a week, {results['new']} new tracks, archives of {point['tracks']:,} tracks. *Plain* is "
        "[the plain method](../bench/plain.py) in one Lambda function: it reads both playlists page by page, adds what "
        "the archive lacks, and sleeps when Spotify asks it to wait.",
        "",
        "## In all",
        "",
        _row(["", *names]),
        _row(["---", *["---:"] * len(names)]),
        *[_row([label, *_totals(bills, factor, free)]) for label, factor, free in _TOTALS],
        "",
        *_verdict(bills),
        "",
        "## What it is made of",
        "",
        "Dollars a month, without the free tier.",
        "",
        _row(["", *names, "free each month"]),
        _row(["---", *["---:"] * (len(names) + 1)]),
        *[_row([line, *_line_costs(bills, line), f"{PRICES[line].free:,.0f}"]) for line in PRICES],
        "",
        "## What it costs at Spotify",
        "",
        f"About {SAFE_REQUESTS} requests a day are safe for an app in development mode.",
        "",
        _row(["requests of a run", *names]),
        _row(["---", *["---:"] * len(names)]),
        _row(["", str(one["requests"]), str(many["requests"]), str(plain_pairs + 1), f"{20 * plain_pairs + 1:,}"]),
        "",
        f"When Spotify asks to wait for {waiting['seconds'] / 60:.0f} minutes, the workflow waits in a `Wait` state "
        f"for ${waiting['ours']:.5f}; a function that sleeps costs ${waiting['plain']:.5f}, and cannot sleep longer "
        f"than {LAMBDA_SECONDS / 60:.0f} minutes at all. Spotify may ask for a day.",
        "",
        *_sizes(sizes),
        *_states(results),
        *_assumptions(results),
        "",
    ]
    return "\n".join(lines)


_TOTALS = (
    ("a month, without the free tier", 1, False),
    ("a month, with it", 1, True),
    ("a year, without the free tier", 12, False),
    ("a year, with it", 12, True),
)


def _totals(bills: Bills, months: int, free_tier: bool) -> list[str]:
    return [f"${months * _total(units, free_tier):.2f}" for units in bills.values()]


def _total(units: dict[str, float], free_tier: bool) -> float:
    return sum(PRICES[line].of(number, free_tier=free_tier) for line, number in units.items())


def _line_costs(bills: Bills, line: str) -> list[str]:
    return [f"{PRICES[line].of(units[line]):.5f}" if line in units else "" for units in bills.values()]


def _verdict(bills: Bills) -> list[str]:
    ours, plain = bills["one pair"], bills["plain, one pair"]
    secrets = PRICES["Secrets"].of(ours["Secrets"])
    running = {name: _total(units, True) - secrets for name, units in (("ours", ours), ("plain", plain))}
    return [
        f"The two secrets are ${secrets:.2f} of every month. Beside them, with the free tier, one pair costs "
        f"${running['ours']:.5f} a month here and ${running['plain']:.5f} by the plain method. Money is not what the "
        "workflow saves: it saves Spotify's quota and the listener's time, and it waits for free. For that it pays "
        "transitions, and alarms that tell when something is wrong.",
    ]


def _sizes(sizes: dict[int, tuple[float, float]]) -> list[str]:
    return [
        "## How long it takes, by the functions' memory",
        "",
        "Lambda gives processors by memory. A typical run, every function in a new sandbox, without the waits; and "
        "what the functions' time costs in a month, without the free tier. More memory shortens a run and costs a "
        f"fraction of a cent, so the template has {MEMORY} MB; beyond that, little is left to gain.",
        "",
        _row(["megabytes", "seconds", "dollars a month"]),
        _row(["---:", "---:", "---:"]),
        *[_row([f"{memory:,}", f"{seconds:.1f}", f"{dollars:.5f}"]) for memory, (seconds, dollars) in sizes.items()],
        "",
    ]


def _states(results: Results) -> list[str]:
    states = results["states"]
    total = results["engine"]["typical"]["transitions"]
    rows = [_row([f"`{one['name']}`", one["type"], str(one["times"]), one["reason"]]) for one in states]
    return [
        "## State transitions of a typical run",
        "",
        f"{total}, and {results['engine']['nothing_new']['transitions']} when there is nothing new; "
        f"{results['engine']['many']['transitions']} with 20 pairs. Each state, and why it is there:",
        "",
        _row(["state", "type", "times", "why"]),
        _row(["---", "---", "---:", "---"]),
        *rows,
        "",
    ]


def _assumptions(results: Results) -> list[str]:
    return [
        "## How it is computed",
        "",
        "- Counted on the embedded engine: transitions, invocations, requests, bytes of the functions' logs. Counted "
        "in the functions: calls to S3 and Secrets Manager; for 20 pairs, 20 times those of one, which is more than "
        "it is.",
        f"- Durations are those measured with {results['latency_seconds'] * 1000:.0f} ms for each request to Spotify, "
        f"on {results['measured']['system']}, Python {results['measured']['python']}.",
        f"- Lambda: {MEMORY} MB on arm64. That is {MEMORY}/{PROCESSOR:,} of a processor, so what was work here, "
        f"imports too, is taken {PROCESSOR / MEMORY:.1f} times; what was waiting for Spotify is not. Every invocation "
        "is taken to be a cold start, with 0.2 s before the import.",
        "- A month has 52/12 runs and 365/12 reminders. A line of the state machine's log is taken to have 600 bytes, "
        "a remembered track 60.",
        "- Left out, as each comes to less than a hundredth of a cent a month: EventBridge's starts, SNS's "
        "publications, the dead-letter queue, X-Ray's traces (100,000 a month are free).",
        "- Prices were looked up on 22 November 2026. Where the source is not AWS, it is a copy of AWS's price.",
        "",
        "| price | dollars | for one | from |",
        "|---|---:|---|---|",
        *[_row([name, f"{one.dollars:.10f}".rstrip("0"), one.unit, one.source]) for name, one in PRICES.items()],
    ]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
