"""AWS's published prices in us-east-1 (N. Virginia), in dollars, as looked up on 22 November 2026."""

from dataclasses import dataclass

MEMORY = 512
"""Megabytes of a function, as the template has it."""

PROCESSOR = 1769
"""At so many Lambda gives a whole processor: with fewer, work takes longer in that proportion, waiting does not."""


@dataclass(frozen=True)
class Price:
    """`dollars` for one `unit`; `free` units a month cost nothing, for good."""

    unit: str
    dollars: float
    free: float
    source: str

    def of(self, units: float, *, free_tier: bool = False) -> float:
        """Dollars for so many units in a month."""
        return max(0.0, units - (self.free if free_tier else 0)) * self.dollars


PRICES = {
    "State transitions": Price(
        "transition", 0.025 / 1_000, 4_000, "aws.amazon.com/step-functions/pricing; a retry is a transition too"
    ),
    "Lambda, duration": Price(
        "GB-second on arm64", 0.0000133334, 400_000, "Lambda's prices of 2026-03-08 (wring.co); INIT is billed too"
    ),
    "Lambda, requests": Price("invocation", 0.20 / 1e6, 1e6, "the same"),
    "Secrets": Price(
        "secret for a month", 0.40, 0, "Secrets Manager's prices (techoral, hivebook); no lasting free tier"
    ),
    "Calls for secrets": Price("call", 0.05 / 10_000, 0, "the same"),
    "Documents, written": Price("PUT request", 0.005 / 1_000, 0, "S3 Standard (devnotes.tech); no lasting free tier"),
    "Documents, read": Price("GET request", 0.0004 / 1_000, 0, "the same"),
    "Documents, kept": Price("GB for a month", 0.023, 0, "the same"),
    "Logs": Price("GB", 0.50, 5, "CloudWatch Logs (factualminds, 2026-06-13; AWS CloudWatch pricing page)"),
    "Metrics": Price(
        "metric for a month",
        0.30,
        10,
        "CloudWatch, the first 10,000 (cal53.calculator.city); by the hours that have a value",
    ),
    "Alarms": Price("alarm for a month", 0.10, 10, "CloudWatch; the first ten free (AWS CloudWatch pricing page)"),
    "E-mails": Price("e-mail", 2.00 / 100_000, 1_000, "SNS (factualminds, 2026-06-13)"),
}
"""What a month's bill has lines for, in this order."""
