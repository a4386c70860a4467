"""300 secrets that nobody ever had, planted in texts of many kinds: the same ones each time."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

COUNT, SEED = 300, 7
LETTERS = string.ascii_letters + string.digits
PLACES = (
    *("prefix", "suffix", "cursor", "above", "selection", "below"),
    *("context", "turn", "answer", "instruction", "problem", "words"),
)


@dataclass(frozen=True)
class Canary:
    """`parts` are what must not leave: the secret, or each line of a block. `text` is the secret in a file of some kind."""

    name: str
    place: str
    text: str
    parts: tuple[str, ...]


class Made:
    """Random texts."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def of(self, letters: str, count: int) -> str:
        return "".join(self.chance.choice(letters) for _ in range(count))

    def base62(self, count: int) -> str:
        return self.of(LETTERS, count)

    def base64(self, count: int) -> str:
        return base64.b64encode(self.chance.randbytes(count)).decode()

    def url64(self, count: int) -> str:
        return base64.urlsafe_b64encode(self.chance.randbytes(count)).decode().rstrip("=")

    def hex(self, count: int) -> str:
        return self.of("0123456789abcdef", count)

    def password(self) -> str:
        """As people choose them: a word, digits, a sign."""
        word = "".join(self.of("bdfgklmnprst", 1) + self.of("aeiou", 1) for _ in range(3))
        return word.capitalize() + self.of(string.digits, 3) + self.of("!?*%^+", 1)

    def jwt(self) -> str:
        head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
        body = f'{{"sub":"{self.hex(8)}","name":"{self.base62(20)}"}}'.encode()
        return f"{head}.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.{self.url64(32)}"

    def pem(self, kind: str = "RSA ") -> str:
        body = self.base64(400)
        lines = [body[at : at + 64] for at in range(0, len(body), 64)]
        frame = f"{kind}PRIVATE KEY-----"
        return "\n".join([f"-----BEGIN {frame}", *lines, f"-----END {frame}"])


KEYS: dict[str, Callable[[Made], str]] = {
    "aws id": lambda m: "AKIA" + m.of(string.ascii_uppercase + string.digits, 16),
    "github": lambda m: "ghp_" + m.base62(36),
    "github fine": lambda m: f"github_pat_{m.base62(22)}_{m.base62(59)}",
    "gitlab": lambda m: "glpat-" + m.url64(15),
    "openai": lambda m: "sk-proj-1" + m.url64(60),
    "anthropic": lambda m: f"sk-ant-api03-{m.url64(69)}",
    "groq": lambda m: "gsk_" + m.base62(52),
    "cerebras": lambda m: "csk-" + m.of(string.ascii_lowercase + string.digits, 48),
    "slack": lambda m: f"xoxb-{m.of(string.digits, 12)}-{m.of(string.digits, 12)}-{m.base62(24)}",
    "slack hook": lambda m: (
        f"https://hooks.slack.com/services/T{m.base62(9)}/B{m.base62(9)}/{m.base62(24)}"
    ),
    "stripe": lambda m: "sk_" + "live_" + m.base62(24),
    "stripe hook": lambda m: "whsec_" + m.base62(32),
    "google": lambda m: "AIza" + m.url64(27)[:35].ljust(35, "a"),
    "google login": lambda m: "ya29." + m.url64(60),
    "hugging face": lambda m: "hf_" + m.base62(34),
    "npm": lambda m: "npm_" + m.base62(36),
    "pypi": lambda m: "pypi-" + m.url64(90),
    "sendgrid": lambda m: f"SG.{m.url64(16)}.{m.url64(32)}",
    "telegram": lambda m: f"{m.of('123456789', 10)}:AA{m.url64(25)[:33]}",
    "twilio": lambda m: "SK" + m.hex(32),
    "vault": lambda m: "hvs." + m.url64(70),
    "digitalocean": lambda m: "dop_v1_" + m.hex(64),
    "shopify": lambda m: "shpat_" + m.hex(32),
    "azure app": lambda m: f"{m.base62(3)}8Q~{m.base62(34)}",
    "databricks": lambda m: "dapi" + m.hex(32),
    "jwt": Made.jwt,
}
"""Those whose form says what they are, wherever they stand."""
VALUES: dict[str, Callable[[Made], str]] = {
    "hex": lambda m: m.hex(40),
    "short hex": lambda m: m.hex(24),
    "base62": lambda m: m.base62(32),
    "base64": lambda m: m.base64(33),
    "padded": lambda m: m.base64(64),
    "aws secret": lambda m: m.base64(30),
    "uuid": lambda m: "-".join(m.hex(n) for n in (8, 4, 4, 4, 12)),
    "url64": lambda m: m.url64(32),
}
"""Those that their name gives away."""
FORMS = (
    'API_TOKEN = "@"\n',
    "client = Client(api_key='@', retries=3)\n",
    'const clientSecret: string = "@";\n',
    "let token = `@`;\n",
    'static final String SECRET_KEY = "@";\n',
    '#define DEVICE_TOKEN "@"\n',
    "export SERVICE_TOKEN=@\n",
    "ACCESS_TOKEN=@\n",
    "  auth_token: @\n",
    '{"accessToken": "@", "n": 1}\n',
    "Authorization: Bearer @\n",
    'headers = {"Authorization": "Bearer @"}\n',
    "client_secret = @\n",
    "AccountName=store;AccountKey=@;EndpointSuffix=core\n",
    "<add key='api' token='@' />\n",
    "curl --token @ -s\n",
    'os.environ["SECRET_KEY"] = "@"\n',
    "$secret => '@',\n",
    'signing_key := "@"\n',
    "credentials('@')\n",
    "https://host.example.org/v1?access_token=@\n",
)
PASSWORDS = (
    'password = "@"\n',
    "DB_PASSWORD=@\n",
    "  password: @\n",
    "postgres://admin:@@db.example.org:5432/x\n",
    "Server=db;User=sa;Password=@;Encrypt=yes\n",
    "mysql --password=@ -u root\n",
    "login('bob', password='@')\n",
    '"smtp_password": "@",\n',
    "CREATE USER a IDENTIFIED WITH PASSWORD '@';\n",
    "machine a.example.org login bob password @\n",
    "curl -u bob:@ https://a.example.org\n",
    "<password>@</password>\n",
)
PROSE = "use @ for it\n", 'x = "@"\n', "  - @\n", "# @\n", "call(@)\n", "text @, and more\n"


def planted() -> list[Canary]:
    """Every kind in every form, then in every place, as often as there is room."""
    made = Made(SEED)
    texts = [("key " + name, make(made), PROSE) for _ in range(5) for name, make in KEYS.items()]
    texts += [("value " + n, make(made), FORMS) for _ in range(12) for n, make in VALUES.items()]
    texts += [("password", made.password(), PASSWORDS) for _ in range(48)]
    found: list[Canary] = []
    for number, (name, secret, forms) in enumerate(texts[: COUNT - 30]):
        form = forms[number % len(forms)]
        hidden = secret.rpartition("services/")[2]
        place = PLACES[number % len(PLACES)]
        found.append(Canary(f"{number} {name}", place, _filled(form, secret), (hidden,)))
    while len(found) < COUNT:
        number = len(found)
        block = made.pem(("RSA ", "EC ", "OPENSSH ", "")[number % 4])
        lines = tuple(block.split("\n")[1:-1])
        text = _cut(block, number % 5)
        place = PLACES[number % len(PLACES)]
        found.append(Canary(f"{number} block", place, text, lines))
    return found


def _filled(form: str, secret: str) -> str:
    before, _, after = form.partition("@")
    return before + secret + after


def _cut(block: str, how: int) -> str:
    """Whole, in a text, in one line, cut below, cut above."""
    lines = block.split("\n")
    match how:
        case 0:
            return f"{block}\n"
        case 1:
            return f'KEY = """{block}"""\n'
        case 2:
            return '"private_key": "' + "\\n".join(lines) + '\\n",\n'
        case 3:
            return "\n".join(lines[:-2]) + "\n"
        case _:
            return "\n".join(lines[2:]) + "\n"
