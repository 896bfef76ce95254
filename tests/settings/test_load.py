"""finops.toml: what it may say, what it gets for a mistake, and where each value came from."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.cli.init import create
from finops_lib.core.errors import ConfigError, UnsafeActionError, UsageError
from finops_lib.settings.load import Setting, Workspace, slugify
from finops_lib.settings.model import SecretReference


def workspace(folder: Path, text: str = "", name: str = "Acme Ltd") -> Workspace:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "finops.toml").write_text(f'[client]\nname = "{name}"\n{text}', encoding="utf-8")
    return Workspace.open(folder)


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        workspace(folder, text)
    assert caught.value.exit_code == 4
    return str(caught.value)


def test_where_each_value_came_from(tmp_path: Path) -> None:
    made = workspace(tmp_path, '[reports]\npaper = "Letter"\n[tags]\nkeys = ["Owner"]\n')
    resolved = made.resolved()
    assert resolved["client.name"] == Setting("Acme Ltd", "finops.toml")
    assert resolved["reports.paper"] == Setting("Letter", "finops.toml")
    assert resolved["tags.keys"] == Setting(["Owner"], "finops.toml")
    assert resolved["reports.jobs"] == Setting(0, "default")
    assert resolved["billing.region"] == Setting("us-east-1", "default")
    assert resolved["client.slug"] == Setting("acme-ltd", "default")
    assert set(resolved) == {
        "client.name", "client.slug", "client.fiscal_year_start", "billing.profile", "billing.role_arn", "billing.external_id", "billing.region",
        "accounts", "tags.keys", "reports.paper", "reports.confidentiality", "reports.jobs", "reports.timeout",
        "forecast.threshold_dollars", "forecast.threshold_percent", "forecast.events", "budgets.file", "kpis.file",
        "kpis.driver", "scorecard.protected_tags", "inventory.role_name", "inventory.accounts", "inventory.regions",
        "inventory.parallel", "scorecard.hourly_rate", "scorecard.effort_per_quarter", "scorecard.quarters",
        "scorecard.discount_rate", "scorecard.ledger", "scorecard.goals.overall", "scorecard.goals.compute",
        "scorecard.goals.storage", "scorecard.goals.network", "scorecard.goals.databases",
        "scorecard.goals.observability", "scorecard.goals.commitments", "scorecard.goals.licenses",
    }  # fmt: skip


def test_accounts_have_an_origin(tmp_path: Path) -> None:
    made = workspace(tmp_path, '[[accounts]]\nid = "111122223333"\nname = "production"\n')
    assert made.resolved()["accounts"] == Setting([{"id": "111122223333", "name": "production"}], "finops.toml")


def test_the_folders_of_a_workspace(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    assert [made.warehouse, made.runs, made.notebooks] == [
        tmp_path / name for name in ("warehouse", "runs", "notebooks")
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[reports]\npapre = "A4"', "unknown setting 'reports.papre'. Did you mean 'paper'?"),
        ('[report]\npaper = "A4"', "unknown setting 'report'. Did you mean 'reports'?"),
        ("[zzz]\nqqq = 1", "unknown setting 'zzz'. See docs/reference/settings.md"),
        ('[reports]\npaper = "A3"', "'reports.paper' is wrong: Input should be 'A4' or 'Letter'."),
        ("[reports]\njobs = -1", "'reports.jobs' is wrong: Input should be greater than or equal to 0."),
        ('[billing]\nrole_arn = "FinOps"', "'billing.role_arn' is wrong"),
        ('[billing]\nexternal_id = "s3cret"', "'billing.external_id' is wrong"),
        ('[tags]\nkeys = "some"', "'tags.keys' is wrong"),
        (f"[tags]\nkeys = {[f'k{i}' for i in range(21)]}", "at most 20 tag keys"),
        ('[[accounts]]\nid = "1"', "'accounts.0.name' is missing. Add it to"),
        ('[[accounts]]\nid = "1"\nname = "a"\n[[accounts]]\nid = "1"\nname = "b"', "an account id stands twice"),
        ("reports = 3", "'reports' is wrong"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_setting(tmp_path: Path, text: str, sentence: str) -> None:
    # A key outside of any table must stand first.
    found = complaint(tmp_path, text) if text[0] == "[" else top_level(tmp_path, text)
    assert found.startswith("finops.toml: ")
    assert sentence in found
    assert "\n" not in found


def top_level(folder: Path, text: str) -> str:
    (folder / "finops.toml").write_text(f'{text}\n[client]\nname = "A"\n')
    with pytest.raises(ConfigError) as caught:
        Workspace.open(folder)
    return str(caught.value)


def test_a_client_without_a_name(tmp_path: Path) -> None:
    (tmp_path / "finops.toml").write_text("[client]\n")
    with pytest.raises(ConfigError, match=r"'client\.name' is missing"):
        Workspace.open(tmp_path)


@pytest.mark.parametrize("content", [b"[client\nname = 1", b'name = "\xff"', b"a = 1\na = 2"])
def test_what_is_no_toml(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "finops.toml").write_bytes(content)
    with pytest.raises(ConfigError, match=r"finops\.toml is not valid TOML: .*Mend that line"):
        Workspace.open(tmp_path)


def test_a_secret_is_a_reference(tmp_path: Path) -> None:
    made = workspace(tmp_path, '[billing]\nexternal_id = { env = "ACME_ID" }')
    assert made.settings.billing.external_id == SecretReference(env="ACME_ID")
    assert made.resolved()["billing.external_id.env"] == Setting("ACME_ID", "finops.toml")


def test_a_secret_written_out_is_not_repeated(tmp_path: Path) -> None:
    assert "s3cret" not in complaint(tmp_path, '[billing]\nexternal_id = "s3cret"')


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings = workspace(tmp_path).settings
    with pytest.raises(ValueError, match="frozen"):
        settings.reports.jobs = 2  # type: ignore[misc]


def test_the_nearest_workspace_upwards(tmp_path: Path) -> None:
    workspace(tmp_path, name="Outer")
    workspace(tmp_path / "a/inner", name="Inner")
    (tmp_path / "a/inner/x/y").mkdir(parents=True)
    assert Workspace.find(tmp_path / "a/inner/x/y").settings.client.name == "Inner"
    assert Workspace.find(tmp_path / "a").root == tmp_path


def test_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No workspace at .* or above it\. Give one with --workspace DIR"):
        Workspace.find(tmp_path)
    with pytest.raises(ConfigError, match=r"is not a workspace: it has no finops\.toml\. Make one with: finops init"):
        Workspace.open(tmp_path)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme Ltd", "acme-ltd"),
        ("Müller & Söhne", "muller-sohne"),
        ("日本", "client"),
        ("../x", "x"),
        ("a" * 90, "a" * 60),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert slugify(name) == slug


def test_a_given_slug_wins(tmp_path: Path) -> None:
    assert workspace(tmp_path, 'slug = "acme"\n').settings.client.slug == "acme"
    assert "'client.slug' is wrong" in complaint(tmp_path, 'slug = "../acme"\n')


@given(st.text(min_size=1, max_size=120).filter(lambda text: text.strip()))
def test_any_name_survives_the_file(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:  # one an example: all examples of a test share tmp_path
        assert create(Path(folder) / "w", name).settings.client.name == name.strip()


def test_init_never_overwrites(tmp_path: Path) -> None:
    create(tmp_path, "Acme")
    before = (tmp_path / "finops.toml").read_bytes()
    with pytest.raises(UnsafeActionError, match="exists already"):
        create(tmp_path, "Other")
    assert (tmp_path / "finops.toml").read_bytes() == before
    with pytest.raises(UsageError, match="name is empty"):
        create(tmp_path / "b", "  ")
    with pytest.raises(UsageError, match="cannot be written"):
        create(tmp_path / "finops.toml", "Acme")


def test_a_file_of_the_client_that_is_gone_is_named(tmp_path: Path) -> None:
    made = workspace(tmp_path, '[budgets]\nfile = "budgets.csv"\n')
    with pytest.raises(ConfigError, match=r"budgets\.file names .*budgets\.csv, which is no file"):
        _ = made.papers
    (tmp_path / "budgets.csv").touch()
    assert made.papers == {"budgets": made.root / "budgets.csv"}
