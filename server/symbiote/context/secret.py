"""Which names say that a file holds secrets, wherever it lies. Reads no disk.

Left out are names that say so only now and then (`config.json`, `*.crt`): what is refused must be worth it.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbiote.context.gitignore import Gitignore

FILES = Gitignore(
    """\
# keys and what holds them; an exception stands behind the line that it lifts
*.pem
*.key
*.p8
*.p12
*.pfx
*.pkcs12
*.jks
*.keystore
*.bcfks
*.keytab
*.ppk
*.gpg
*.kdb
*.kdbx
*.agekey
*.ovpn
id_rsa*
id_dsa*
id_ecdsa*
id_ed25519*
*_rsa
*_dsa
*_ecdsa
*_ed25519
!*.pub

# environments
.env*
*.env
!.env*.example
!.env*.sample
!.env*.template
!.env*.dist
!.env-example
!example.env
!sample.env
!*.example.env
!*.sample.env
!*.template.env

# logins of tools
.netrc
_netrc
.npmrc
.pypirc
.pgpass
pgpass.conf
.my.cnf
.mylogin.cnf
.htpasswd
.git-credentials
**/.git/config
.dockercfg
**/.docker/config.json
**/.cargo/credentials*
**/.gem/credentials
**/.config/gh/hosts.yml
.boto
.s3cfg
.passwd-s3fs
.vault-token
rclone.conf
kubeconfig
*.kubeconfig
.terraformrc
terraform.rc
*.tfvars
*.tfvars.json
*.tfstate
*.tfstate.backup
!*.example.tfvars
!*.sample.tfvars
application_default_credentials.json
client_secret*.json
service-account*.json
service_account*.json
"""
)
"""Of the file itself. No line of a repository lifts them: what a repository says is not always what its user wants."""

FOLDERS = Gitignore(
    """\
.ssh/
.gnupg/
.password-store/
.aws/
.azure/
.kube/
.envs/
.gcloud/
**/.config/gcloud/
**/.config/rclone/
"""
)
"""Everything in them."""

CODE = (
    *("c", "cc", "cpp", "cs", "ex", "go", "html", "java", "js", "jsx", "kt", "md", "php", "py"),
    *("rb", "rs", "rst", "scala", "swift", "ts", "tsx", "vue"),
)
"""Endings of code and prose about credentials. C's headers are none: on small boards they hold passwords."""

WORDS = Gitignore(
    """\
credentials*
*[-_.]credentials
*[-_.]credentials.json
*[-_.]credentials.y*ml
*[-_.]credentials.toml
*[-_.]credentials.ini
"""
    + "".join(f"!credentials*.{end}\n" for end in CODE)
    + """\
secret
secret.json
secret.toml
secret.txt
secret.y*ml
secrets
secrets.*
*[-_.]secrets.json
*[-_.]secrets.y*ml
*[-_.]secrets.toml
arduino_secrets.h
!secrets.md
!secrets.rst
!credentials*.example
!credentials*.sample
!credentials*.template
!secrets*.example
!secrets*.sample
!secrets*.template
!secrets.example.*
!secrets.sample.*
!secrets.template.*
"""
)
"""Of the file itself, by a word that is mostly true: MicroPython's `secrets.py` holds the password of the network, a
module of that name elsewhere does not. A line of `.symbioteignore` may lift them."""


def secret(names: Sequence[str]) -> int | None:
    """Which of the folded names of a path says that it is secret: the file's, or the first such folder's."""
    for end in range(1, len(names)):
        if FOLDERS.decides(names[:end], folder=True):
            return end - 1
    line = FILES.decides(names, folder=False) if names else None
    return len(names) - 1 if line and not line.negated else None


def likely(names: Sequence[str]) -> bool:
    """Whether the file's name has a word of secrets in it."""
    line = WORDS.decides(names, folder=False) if names else None
    return line is not None and not line.negated
