"""`massage privacy`, and what the doctor says of a bucket, on a moto server, which is compatible with S3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from skill.cli.main import main
from skill.publish.doctor import Diagnosis, examine
from skill.publish.skill_package import PRIVACY
from skill.server.app import create_app
from skill.server.config import Settings
from tests.support.aws import REGION, client, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PUBLIC = "https://cdn.example.com"
_names = count(1)


@pytest.fixture
def address(moto: str) -> str:
    """The address of an empty bucket."""
    name = f"pages-{next(_names)}"
    client("s3", moto).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return f"s3://{name}?region={REGION}&endpoint={moto}"


@pytest.fixture
def served(tmp_path: Path) -> bytes:
    """The page as a server has it."""
    env = {"MASSAGE_DATABASE_URL": f"sqlite:///{tmp_path / 'memory.sqlite3'}"}
    page: bytes = create_app(Settings.from_environment(env)).test_client().get(PRIVACY).data
    return page


def massage(*arguments: str) -> Result:
    return CliRunner(mix_stderr=False).invoke(main, arguments)


def name_of(address: str) -> str:
    return address.removeprefix("s3://").partition("?")[0]


def find(address: str, env: Mapping[str, str]) -> dict[str, Diagnosis]:
    """What the doctor finds until he is done with this bucket, by the part."""
    checked = {**env, "MASSAGE_BUCKET": address, "MASSAGE_PUBLIC_URL": PUBLIC}
    found = dict[str, Diagnosis]()
    for finding in examine(checked, 18_322):
        if finding.part == "clips":
            break
        found[finding.part] = finding
    return found


@pytest.fixture
def env(tmp_path: Path) -> Mapping[str, str]:
    """A set-up that reaches nobody but the bucket: for want of roots no certificate is asked for."""
    return {
        "MASSAGE_DATABASE_URL": f"sqlite:///{tmp_path / 'memory.sqlite3'}",
        "SSL_CERT_FILE": str(tmp_path / "none.pem"),
    }


def test_the_page_is_printed(served: bytes) -> None:
    """Without a bucket it is printed, byte by byte what a server has at its address."""
    assert massage("privacy").stdout_bytes == served


def test_the_page_is_published_where_the_manifest_says(address: str, moto: str, served: bytes) -> None:
    """In the bucket it lies where the CDN finds it under the manifest's path, as a page that is never kept when old."""
    assert massage("privacy", "--bucket", address).stdout == f"privacy is written in {name_of(address)}.\n"
    kept = client("s3", moto).get_object(Bucket=name_of(address), Key=PRIVACY.removeprefix("/"))
    assert kept["Body"].read() == served
    assert (kept["ContentType"], kept["CacheControl"]) == ("text/html; charset=utf-8", "no-cache")
    assert "privacy is current" in massage("privacy", "--bucket", address).stdout
    client("s3", moto).put_object(Bucket=name_of(address), Key="privacy", Body=b"of an earlier version")
    assert "privacy is written" in massage("privacy", "--bucket", address).stdout


def test_a_page_that_cannot_be_published_is_told(address: str) -> None:
    """A bucket that is not there, and an address that is none, each end with a sentence and not with a traceback."""
    failed = massage("privacy", "--bucket", address.replace("pages-", "no-such-pages-"))
    assert failed.exit_code == 1 and "cannot be put there (NoSuchBucket)" in failed.stderr
    wrong = massage("privacy", "--bucket", "pages")
    assert wrong.exit_code == 2 and "allowed is s3://name?region=eu-west-1" in wrong.stderr


def test_the_doctor_tries_the_bucket(address: str, moto: str, env: Mapping[str, str]) -> None:
    """It is written and read, with what every track brings along; the page is there, is another's, or is missing."""
    found = find(address, env)
    assert found["bucket"].found.endswith("can be written and read") and not found["bucket"].do
    assert found["privacy"].found.startswith("no page") and "massage privacy --bucket" in found["privacy"].do
    listed = client("s3", moto).list_objects_v2(Bucket=name_of(address))["Contents"]
    assert [one["Key"] for one in listed] == ["tracks/art.png"]
    client("s3", moto).put_object(Bucket=name_of(address), Key="privacy", Body=b"\xff")
    assert find(address, env)["privacy"].found.startswith("the page of another version")
    massage("privacy", "--bucket", address)
    assert not find(address, env)["privacy"].do


def test_the_doctor_finds_a_bucket_of_no_use(address: str, env: Mapping[str, str]) -> None:
    """It is said why in S3's word, and what becomes of it: massages are spoken, which is not fatal."""
    found = find(address.replace("pages-", "no-such-pages-"), env)
    assert "(NoSuchBucket); massages are spoken" in found["bucket"].found
    assert "put and get objects" in found["bucket"].do and not found["bucket"].fatal
    assert "privacy" not in found


def test_a_bucket_that_may_be_written_only(env: Mapping[str, str], moto: str) -> None:
    """What was put and cannot be read is of no use, and the right that is lacking is named."""

    def forbidding(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK" if environ["REQUEST_METHOD"] == "PUT" else "403 Forbidden", [("Content-Length", "0")])
        return [b""]

    with serving(forbidding) as endpoint:
        found = find(f"s3://closed?region={REGION}&endpoint={endpoint}", env)
    assert "is s3:GetObject allowed?" in found["bucket"].found


def test_nobody_hears_of_a_bucket_who_has_none(env: Mapping[str, str]) -> None:
    """Without MASSAGE_BUCKET nothing is said of it."""
    assert not {"bucket", "privacy"} & set(find("", env))
