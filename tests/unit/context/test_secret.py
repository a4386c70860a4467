"""Names that are secrets, names that are likely to be, and names that only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.context.secret import likely, secret
from symbiote.core.place import names

SECRET = """
.env .env.local .env.production .env.prod.bak .envrc prod.env app/.env .env-staging
server.pem tls.key AuthKey_1.p8 cert.p12 cert.pfx release.keystore debug.jks vault.kdbx krb5.keytab
id_rsa id_rsa.bak id_ed25519 id_ecdsa id_dsa deploy_rsa ci_ed25519 mail.gpg office.ovpn putty.ppk
.netrc _netrc .npmrc .pypirc .pgpass .my.cnf .htpasswd .git-credentials .dockercfg .boto .s3cfg
repo/.git/config home/.docker/config.json home/.cargo/credentials.toml home/.config/gh/hosts.yml
prod.tfvars prod.tfvars.json terraform.tfstate terraform.tfstate.backup .terraformrc
service-account-prod.json service_account.json client_secret_1.json application_default_credentials.json
.ssh/config .ssh/known_hosts .ssh/id_rsa.pub .aws/credentials .aws/config .kube/config .gnupg/x
home/.config/gcloud/configurations/config_default .envs/.production/.django .azure/profile
"""

LIKELY = """
credentials credentials.json credentials.yml credentials.csv google-credentials.json my_credentials.yaml
secrets.yml secrets.toml secrets.json secrets.py secrets.h arduino_secrets.h secrets.prod.yaml app.secrets.json
secret.yaml db-secrets.yml credentials.h credentials.xml.enc
"""

NEITHER = """
main.py README.md .env.example .env.sample .env.template .env.local.example .env.dist example.env .env-example
id_rsa.pub id_ed25519.pub deploy_rsa.pub key.py keys.ts keyboard.c environment.py env.ts myenv/main.py .env/lib/x.py
credentials.py credentials.ts credentials_provider.go credentials.md credentials.json.example secretary.py
secrets.md secrets.example.yml secrets.sample.toml secrets/main.py credentials/main.go tokens.py public.crt
config.json .gitconfig .github/config.yml docker/config.json ssh/config aws/main.py prod.example.tfvars main.tf
"""


@pytest.mark.parametrize("path", SECRET.split())
def test_secret(path: str) -> None:
    assert secret(names(path)) is not None


@pytest.mark.parametrize("path", LIKELY.split())
def test_likely(path: str) -> None:
    assert secret(names(path)) is None
    assert likely(names(path))


@pytest.mark.parametrize("path", NEITHER.split())
def test_neither(path: str) -> None:
    assert secret(names(path)) is None
    assert not likely(names(path))


def test_which_name_says_so() -> None:
    assert secret(("home", ".ssh", "deep", "config")) == 1
    assert secret(("home", "id_rsa")) == 1
    assert secret(()) is None
    assert not likely(())


@given(st.sampled_from(SECRET.split()), st.lists(st.booleans(), min_size=60, max_size=60))
def test_in_any_case(path: str, upper: list[bool]) -> None:
    mixed = "".join(c.upper() if up else c for c, up in zip(path, upper, strict=False))
    mixed += path[len(mixed) :]
    assert secret(names(mixed)) is not None


@given(
    st.sampled_from([p for p in SECRET.split() if "/" not in p]),
    st.lists(st.sampled_from(["a", "src", "x.y"])),
)
def test_in_any_folder(name: str, folders: list[str]) -> None:
    assert secret((*folders, name.lower())) == len(folders)
