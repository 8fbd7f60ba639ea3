"""The template becomes what it describes, or an error that says why not."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rediscover.engine import Engine
from rediscover.engine.deployment.intrinsics import Created, Resolver
from rediscover.engine.deployment.parameters import parameter_values
from rediscover.engine.errors import ParameterError, TemplateError
from tests.embedded_engine.toys import TEMPLATE, toy_engine

Try = Callable[..., Engine]


@pytest.fixture
def deployed(tmp_path: Path) -> Try:
    """Deploys a small template, then stops; the engine's outputs stay."""

    def deploy(resources: dict[str, Any], parameters: dict[str, str] | None = None, **sections: Any) -> Engine:
        template = tmp_path / "template.json"
        template.write_text(json.dumps({"Resources": resources, **sections}))
        with Engine(tmp_path / "home", parameters or {}, template=template) as engine:
            return engine

    return deploy


def topic(**fields: Any) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", **fields}


def parameter(**constraints: Any) -> dict[str, Any]:
    return {"P": {"Type": "String", **constraints}}


def test_parameters_conditions_and_functions_reach_the_resources(tmp_path: Path) -> None:
    given = {"Level": "high", "Greeting": "hi", "Retention": "7", "Email": "a@b.example"}
    with toy_engine(tmp_path, given) as engine:
        function = engine.client("lambda").get_function_configuration(FunctionName=engine.resources["Act"])
        groups = engine.client("logs").describe_log_groups()["logGroups"]
        variables = function["Environment"]["Variables"]

    assert variables["GREETING"] == "hi!"
    assert variables["RETENTION"] == "7"
    assert variables["REGION_AND_STACK"] == "us-east-1/rediscover"
    assert groups[0]["retentionInDays"] == 7
    assert "ToEmail" in engine.resources
    assert engine.outputs["Shout"] == "${Greeting} is hi"


def test_without_its_condition_a_resource_or_an_output_is_not_made(tmp_path: Path) -> None:
    with toy_engine(tmp_path) as engine:
        pass

    assert "ToEmail" not in engine.resources
    assert "Shout" not in engine.outputs


def test_resources_have_the_settings_of_the_template(tmp_path: Path) -> None:
    with toy_engine(tmp_path) as engine:
        name, s3 = engine.resources["Bucket"], engine.client("s3")
        encryption = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
        lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]
        public = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
        machine = engine.client("stepfunctions").describe_state_machine(stateMachineArn=engine.outputs["MachineArn"])
        (target,) = engine.client("events").list_targets_by_rule(Rule=engine.outputs["RuleName"])["Targets"]
        role = engine.client("iam").list_attached_role_policies(RoleName=engine.resources["ActRole"])
        alarms = engine.client("cloudwatch").describe_alarms()["MetricAlarms"]

    assert encryption["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert (lifecycle["ID"], lifecycle["Expiration"]["Days"]) == ("old-runs", 30)
    assert all(public.values())
    assert [(one["Sid"], one["Resource"]) for one in policy["Statement"]] == [("Stays", f"arn:aws:s3:::{name}")]
    assert machine["loggingConfiguration"]["level"] == "ALL"
    assert machine["tracingConfiguration"] == {"enabled": True}
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 2
    assert target["DeadLetterConfig"]["Arn"].endswith("Inbox")
    assert "AWSXRayDaemonWriteAccess" in {policy["PolicyName"] for policy in role["AttachedPolicies"]}
    assert alarms[0]["Dimensions"][0]["Value"] == engine.outputs["MachineArn"]


def test_the_definition_is_the_file_with_its_substitutions(tmp_path: Path) -> None:
    with toy_engine(tmp_path) as engine:
        machine = engine.client("stepfunctions").describe_state_machine(stateMachineArn=engine.outputs["MachineArn"])
    text = TEMPLATE.with_name("machine.asl.json").read_text()

    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{engine.resources['Act']}"
    assert machine["definition"] == text.replace("${ActArn}", arn).replace("${TopicArn}", engine.resources["Topic"])


def test_home_is_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with toy_engine(home):
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_an_unknown_type_of_resource_is_named(deployed: Try) -> None:
    with pytest.raises(TemplateError, match=r"resource type AWS::DynamoDB::Table \(Table\)"):
        deployed({"Table": {"Type": "AWS::DynamoDB::Table"}, "Topic": topic()})


def test_an_unknown_property_is_named(deployed: Try) -> None:
    with pytest.raises(TemplateError, match=r"Topic \(AWS::SNS::Topic\).* property ArchivePolicy, FifoTopic"):
        deployed({"Topic": topic(Properties={"FifoTopic": True, "ArchivePolicy": {}})})


def test_what_a_service_refuses_is_named(deployed: Try) -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Colour": "red"}}

    with pytest.raises(TemplateError, match=r"Alarm \(AWS::CloudWatch::Alarm\) cannot be created: .*Colour"):
        deployed({"Alarm": alarm})


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"Ref": "Nothing"}, "no parameter or resource Nothing"),
        ({"Fn::GetAtt": ["Other", "Colour"]}, "attribute Colour of Other"),
        ({"Fn::Sub": "${Other.Colour}"}, "attribute Colour of Other"),
        ({"Fn::Base64": "x"}, "function Fn::Base64"),
        ({"Fn::If": ["Nothing", 1, 2]}, "no condition Nothing"),
        ({"Fn::FindInMap": ["Map", "a", "b"]}, "Mapping Map has no a.b"),
    ],
)
def test_a_reference_to_nothing_is_named(value: Any, problem: str) -> None:
    with pytest.raises(TemplateError, match=problem):
        Resolver({"Resources": {}}, {}, {"Other": Created("other")}).resolve(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Fn::Select": [1, {"Fn::Split": [",", "a,b,c"]}]}, "b"),
        ({"Fn::FindInMap": ["Map", {"Ref": "P"}, "b"]}, "found"),
        ({"Fn::Sub": ["${P}-${own}-${AWS::Region}", {"own": {"Ref": "P"}}]}, "a-a-us-east-1"),
        ({"Fn::If": ["Both", "yes", "no"]}, "yes"),
        ({"Fn::If": ["Neither", "yes", "no"]}, "no"),
        ({"Fn::Join": ["-", ["a", {"Ref": "AWS::NoValue"}, "b"]]}, "a-b"),
    ],
)
def test_functions_give_what_cloudformation_gives(value: Any, text: str) -> None:
    is_a = {"Fn::Equals": [{"Ref": "P"}, "a"]}
    conditions = {
        "A": is_a,
        "Both": {"Fn::And": [{"Condition": "A"}, is_a]},
        "Neither": {"Fn::Or": [{"Fn::Not": [is_a]}, {"Fn::Not": [{"Condition": "A"}]}]},
    }
    template = {"Conditions": conditions, "Mappings": {"Map": {"a": {"b": "found"}}}, "Resources": {}}

    assert Resolver(template, {"P": "a"}, {}).resolve(value) == text


def test_resources_are_made_after_those_that_they_need(deployed: Try) -> None:
    engine = deployed({"A": topic(DependsOn="B"), "B": topic(Properties={"DisplayName": {"Ref": "C"}}), "C": topic()})

    assert list(engine.resources) == ["C", "B", "A"]


def test_resources_that_need_each_other_are_named(deployed: Try) -> None:
    with pytest.raises(TemplateError, match=r"depend on each other: .*A.*B"):
        deployed({"A": topic(DependsOn="B"), "B": topic(DependsOn=["A"])})


@pytest.mark.parametrize(
    ("given", "constraints", "problem"),
    [
        ({"Q": "x"}, {"Default": ""}, "no parameter Q"),
        ({}, {}, "P has no value"),
        ({"P": "Ab"}, {"AllowedPattern": "[a-z]+"}, r"'Ab' does not match \[a-z\]\+"),
        ({"P": "ab\n"}, {"AllowedPattern": "[a-z]+"}, "does not match"),
        ({"P": "c"}, {"AllowedValues": ["a", "b"]}, "'c' is not one of"),
        ({"P": ""}, {"MinLength": 1}, "shorter than 1"),
        ({"P": "ab"}, {"MaxLength": "1"}, "longer than 1"),
        ({"P": "x"}, {"Type": "Number"}, "'x' is not a number"),
        ({"P": "2"}, {"Type": "Number", "MinValue": 3}, "less than 3"),
        ({"P": "4"}, {"Type": "Number", "MaxValue": 3}, "more than 3"),
        ({"P": "a, B"}, {"Type": "CommaDelimitedList", "AllowedPattern": "[a-z]+"}, "'B' does not match"),
        ({"P": "a"}, {"MinLength": 2, "ConstraintDescription": "Two at least."}, "Two at least."),
    ],
)
def test_a_wrong_parameter_is_explained(given: dict[str, str], constraints: dict[str, Any], problem: str) -> None:
    with pytest.raises(ParameterError, match=problem):
        parameter_values(parameter(**constraints), given)


def test_a_hidden_value_is_not_repeated() -> None:
    hidden = parameter(NoEcho=True, AllowedPattern="[0-9]+")

    with pytest.raises(ParameterError) as problem:
        parameter_values(hidden, {"P": "my password"})
    assert "password" not in str(problem.value)


def test_a_substitution_that_is_missing_is_named(deployed: Try, tmp_path: Path) -> None:
    (tmp_path / "machine.json").write_text('{"Comment": "${One} ${Two}"}')
    properties = {"DefinitionUri": "machine.json", "DefinitionSubstitutions": {"One": "1"}}
    machine = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}

    with pytest.raises(TemplateError, match=r"no value for \$\{Two\}"):
        deployed({"Machine": machine}, Transform="AWS::Serverless-2016-10-31")


def test_code_that_cannot_be_put_together_says_why(deployed: Try, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "bundle.py").write_text("raise OSError('the reason')")
    properties = {"CodeUri": "code", "Handler": "a.b", "Runtime": "python3.13"}
    function = {"Type": "AWS::Serverless::Function", "Properties": properties}

    with pytest.raises(TemplateError, match="the reason"):
        deployed({"Function": function}, Transform="AWS::Serverless-2016-10-31")


def test_an_invalid_template_says_why(deployed: Try) -> None:
    function = {"Type": "AWS::Serverless::Function", "Properties": {"Colour": "red"}}

    with pytest.raises(TemplateError, match="Colour"):
        deployed({"Function": function}, Transform="AWS::Serverless-2016-10-31")


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(TemplateError, match=r"gone\.yaml cannot be read"),
        Engine(tmp_path, {}, template=tmp_path / "gone.yaml"),
    ):
        pass


@pytest.mark.parametrize("services", ["events.amazonaws.com", ["cloudwatch.amazonaws.com", "events.amazonaws.com"]])
def test_a_topics_policy_under_which_no_rule_could_publish_is_refused(deployed: Try, services: Any) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": services},
        "Action": "sns:Publish",
        "Resource": {"Ref": "Topic"},
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": document}}

    with pytest.raises(TemplateError, match="Policy: EventBridge publishes to no topic"):
        deployed({"Topic": topic(), "Policy": policy})
