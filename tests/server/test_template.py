"""The template for AWS: what it names is there, what it sets is valid, and it allows no more than is done."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from skill.errors import SettingInvalid
from skill.publish.skill_package import PRIVACY
from skill.server.config import Settings, described
from skill.store.dynamodb import EXPIRES, ID

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "aws" / "template.yaml"
GIVEN = {"SkillId": "amzn1.ask.skill.1", "Runtime": "python3.12", "Voice": "shipped"}
MADE: Mapping[str, str] = {
    **GIVEN,
    "AWS::Region": "eu-west-1",
    "Memory": "stack-Memory-1ABC",
    "Bucket": "stack-bucket-1abc",
    "Bucket.Arn": "arn:aws:s3:::stack-bucket-1abc",
    "Memory.Arn": "arn:aws:dynamodb:eu-west-1:1:table/stack-Memory-1ABC",
    "Distribution.DomainName": "d111111abcdef8.cloudfront.net",
    "IdKey": "arn:aws:secretsmanager:eu-west-1:1:secret:IdKey-1ABC",
}
"""What CloudFormation would put where a name stands."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, each read as its long one."""


def _function(loader: _Loader, suffix: str, node: yaml.Node) -> Mapping[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    else:
        assert isinstance(node, yaml.SequenceNode)
        value = loader.construct_sequence(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)


@pytest.fixture(scope="module")
def template() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), _Loader)
    return found


def names_in(value: Any) -> Iterator[str]:
    """Every name that a Ref, GetAtt or Sub in this value means."""
    if isinstance(value, list):
        for one in value:
            yield from names_in(one)
    elif isinstance(value, dict):
        for key, inside in value.items():
            if key in ("Ref", "Fn::GetAtt"):
                yield inside
            elif key == "Fn::Sub":
                yield from re.findall(r"\$\{([^}]+)}", inside)
            else:
                yield from names_in(inside)


def resolved(value: Any) -> Any:
    """What stands there once the stack is made."""
    if isinstance(value, list):
        return [resolved(one) for one in value]
    if not isinstance(value, dict):
        return value
    match list(value.items()):
        case [("Ref" | "Fn::GetAtt", name)]:
            return MADE[name]
        case [("Fn::Sub", text)]:
            filled = re.sub(r"\$\{([^}]+)}", lambda found: MADE[found[1]], text)
            return re.sub(r"\{\{resolve:secretsmanager:[^}]+}}", "x" * 64, filled)
    return {key: resolved(inside) for key, inside in value.items()}


def function(template: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = template["Resources"]["Skill"]["Properties"]
    return found


def test_every_name_is_of_something(template: Mapping[str, Any]) -> None:
    """No reference leads nowhere; no parameter, condition or resource is there for nothing."""
    there = {*template["Parameters"], *template["Resources"]}
    named = {name.partition(".")[0] for name in names_in(template) if not name.startswith("AWS::")}
    assert named <= there
    assert set(template["Parameters"]) <= named
    used = set(re.findall(r"!If \[(\w+),", FILE.read_text(encoding="utf-8")))
    assert used == set(template["Conditions"])


def test_the_handler_is_there(template: Mapping[str, Any]) -> None:
    """What Lambda calls is what `skill.server.lambda_handler` makes, in the zip that `make lambda` builds."""
    module, _, name = function(template)["Handler"].rpartition(".")
    tree = ast.parse((ROOT / module.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8"))
    assert name in {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
                    if isinstance(target, ast.Name)}  # fmt: skip
    built = (FILE.parent / function(template)["CodeUri"]).resolve().relative_to(ROOT)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"make_archive('{built.with_suffix('')}', 'zip'" in makefile
    minors = re.findall(r"python3\.(\d+)", " ".join(template["Parameters"]["Runtime"]["AllowedValues"]))
    least, most = re.search(r"^SUPPORTED := 3\.(\d+) to 3\.(\d+)", makefile, re.MULTILINE).groups()  # type: ignore[union-attr]
    assert [int(minor) for minor in minors] == list(range(int(least), int(most) + 1))


def test_the_variables_are_settings_and_valid(template: Mapping[str, Any]) -> None:
    """Every variable is a setting of ours, but for the cache's folder, and together they are a set-up that works."""
    variables = function(template)["Environment"]["Variables"]
    assert variables.keys() - described().keys() == {"XDG_CACHE_HOME"}
    env = {name: resolved(value) for name, value in variables.items()}
    settings = Settings.from_environment(env)
    assert settings.skill_id and settings.verify and settings.bucket and settings.public_url
    assert settings.bucket.region == "eu-west-1" and settings.bucket.name == MADE["Bucket"]
    assert settings.database_url == f"dynamodb://{MADE['Memory']}?region=eu-west-1"
    with pytest.raises(SettingInvalid):
        Settings.from_environment({**env, "MASSAGE_ID_KEY": ""})


def test_only_alexa_calls_it_and_only_for_this_skill(template: Mapping[str, Any]) -> None:
    """Without the skill id in the trigger anybody's skill could call the function (Alexa, security testing)."""
    (event,) = function(template)["Events"].values()
    assert event == {"Type": "AlexaSkill", "Properties": {"SkillId": {"Ref": "SkillId"}}}
    assert "Default" not in template["Parameters"]["SkillId"]


def test_it_is_allowed_what_it_does_and_no_more(template: Mapping[str, Any]) -> None:
    """Each action on its own table, or on its own part of the bucket; nothing may be listed, and no clip written."""
    statements = [one for policy in function(template)["Policies"] for one in policy["Statement"]]
    assert {resolved(one["Resource"]): sorted([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
            for one in statements} == {
        MADE["Memory.Arn"]: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        f"{MADE['Bucket.Arn']}/tracks/*": ["s3:GetObject", "s3:PutObject"],
        f"{MADE['Bucket.Arn']}/clips/*": ["s3:GetObject"],
    }  # fmt: skip


def test_the_table_is_the_one_that_is_written(template: Mapping[str, Any]) -> None:
    """Its key and what expires are called as in `skill.store.dynamodb`; it grows as needed, and outlives the stack."""
    table = template["Resources"]["Memory"]
    assert table["Properties"]["KeySchema"] == [{"AttributeName": ID, "KeyType": "HASH"}]
    assert table["Properties"]["AttributeDefinitions"] == [{"AttributeName": ID, "AttributeType": "S"}]
    assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": EXPIRES, "Enabled": True}
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"
    assert [template["Resources"][name]["DeletionPolicy"] for name in ("Memory", "IdKey")] == ["Retain"] * 2


def test_only_what_is_published_can_be_read_in_the_bucket(template: Mapping[str, Any]) -> None:
    """The bucket is closed to the public; the distribution alone reads it, and only tracks and the privacy page."""
    resources = template["Resources"]
    assert set(resources["Bucket"]["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    allowed = [
        one
        for one in resources["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        if one["Effect"] == "Allow"
    ]
    (only,) = allowed
    assert resolved(only["Resource"]) == [f"{MADE['Bucket.Arn']}/tracks/*", f"{MADE['Bucket.Arn']}{PRIVACY}"]
    assert only["Action"] == "s3:GetObject"
    assert only["Principal"] == {"Service": "cloudfront.amazonaws.com"} and "AWS:SourceArn" in str(only["Condition"])
    behaviour = resources["Distribution"]["Properties"]["DistributionConfig"]["DefaultCacheBehavior"]
    assert behaviour["ViewerProtocolPolicy"] == "https-only"


def test_it_ends_before_alexa_gives_up(template: Mapping[str, Any]) -> None:
    """Alexa waits about eight seconds; an answer that comes later is none."""
    assert function(template)["Timeout"] <= 8
