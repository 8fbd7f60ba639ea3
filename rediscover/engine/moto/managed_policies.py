"""AWS's own policies: moto 5.2.5 would load all 1,400, for each of AWS's partitions; a stack attaches a few."""

import json
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

_moto_attach = IAMBackend.attach_role_policy


def patch_managed_policies(patches: ExitStack) -> None:
    """Load a policy of AWS's when a role is the first to attach it."""
    patches.enter_context(patch.object(IAMBackend, "attach_role_policy", _attach_role_policy))


def _attach_role_policy(self: Any, policy_arn: str, role_name: str) -> None:
    if policy_arn not in self.managed_policies:
        policy = _of_aws(policy_arn.rpartition("/")[2], self.account_id, self.region_name)
        if policy:
            self.managed_policies.setdefault(policy.arn, policy)
    _moto_attach(self, policy_arn, role_name)


def _of_aws(name: str, account: str, region: str) -> Any:
    key = f'\n "{name}":'  # indented as the names of policies are, and nothing else
    at = aws_managed_policies_data.find(key)
    if at < 0:
        return None
    found, _ = json.JSONDecoder().raw_decode(aws_managed_policies_data, at + len(key))
    return AWSManagedPolicy.from_data(name, account, region, found)
