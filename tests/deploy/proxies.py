"""The shipped recipes in the real proxies: only ports, folders and the certificate are put in.

Each proxy answers to two names: consent.example, where the service has a host of its own, and
shop.example, where it lies under /consent/ beside the shop's own pages.
"""

import os
import re
import signal
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.deploy.conftest import need
from tests.deploy.wire import Wire, certificate
from tests.house.sources import ROOT
from tests.processes import free_port

SHIPPED = ROOT / "deploy" / "proxy"
OWN, SHOP = "consent.example", "shop.example"
APACHE_MODULES = Path("/usr/lib/apache2/modules")
APACHE = (
    "mpm_event authz_core authz_host alias dir headers http2 proxy proxy_http reqtimeout setenvif"
    " socache_shmcb ssl"
)


@dataclass(frozen=True)
class Place:
    """What stands in for a machine's folders and ports."""

    folder: Path
    upstream: int
    plain: int
    secure: int

    def put_in(self, text: str) -> str:
        """Put this place's folders and ports into a shipped file."""
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{self.upstream}")
        text = text.replace("/etc/letsencrypt/live/consent.example", str(self.folder / "tls"))
        for folder in ("/var/log/nginx", "/var/lib/nginx"):
            text = text.replace(folder, str(self.folder))
        text = re.sub(r"\n *listen \[::\].*", "", text)
        text = re.sub(r"listen 80\b", f"listen 127.0.0.1:{self.plain}", text)
        text = re.sub(r"listen 443\b", f"listen 127.0.0.1:{self.secure}", text)
        return re.sub(r"(<VirtualHost \*:)(80|443)>", self._port, text)

    def _port(self, found: re.Match[str]) -> str:
        return f"{found[1]}{self.plain if found[2] == '80' else self.secure}>"


def nginx(place: Place) -> list[str]:
    """Lay the recipe out as Debian does, with a shop beside it."""
    for source in (SHIPPED / "nginx").rglob("*.conf"):
        target = place.folder / source.relative_to(SHIPPED / "nginx")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(place.put_in(source.read_text()))
    tls = f"ssl_certificate {place.folder}/tls/fullchain.pem;"
    tls += f" ssl_certificate_key {place.folder}/tls/privkey.pem;"
    temporary = "".join(
        f"{kind}_temp_path {place.folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place.folder / "nginx.conf").write_text(f"""
        worker_processes 2; pid {place.folder}/pid; error_log stderr;
        events {{ worker_connections 4096; }}
        http {{
            {temporary}
            types {{ text/html html; text/javascript js; }} default_type text/plain; access_log off;
            include conf.d/*.conf; include sites-available/*.conf;
            server {{
                listen 127.0.0.1:{place.secure} ssl http2; server_name {SHOP}; {tls}
                root {place.folder}/shop;
                include snippets/consent-first-party.conf;
                location ~* \\.(js|json)$ {{ add_header X-Shop yes; }}
            }}
        }}""")
    return ["nginx", "-e", "stderr", "-c", f"{place.folder}/nginx.conf", "-g", "daemon off;"]


def caddy(place: Place) -> list[str]:
    """Lay the recipe out with a shop beside it; certificates are given, not fetched."""
    files = {path.name: path.read_text() for path in (SHIPPED / "caddy").iterdir()}
    tls = f"tls {place.folder}/tls/fullchain.pem {place.folder}/tls/privkey.pem"
    files["Caddyfile"] = files["Caddyfile"].replace(
        "{\n",
        f"{{\n    admin off\n    default_bind 127.0.0.1\n    http_port {place.plain}\n"
        f"    https_port {place.secure}\n    skip_install_trust\n",
        1,
    )
    files["Caddyfile"] = files["Caddyfile"].replace(f"{OWN} {{", f"{OWN} {{\n    {tls}")
    files["Caddyfile"] += textwrap.dedent(f"""
        {SHOP} {{
            {tls}
            root * {place.folder}/shop
            import consent-first-party
            file_server
        }}
        """)
    for name, text in files.items():
        (place.folder / name).write_text(place.put_in(text))
    return ["caddy", "run", "--adapter", "caddyfile", "--config", f"{place.folder}/Caddyfile"]


def apache(place: Place) -> list[str]:
    """Lay the recipe out with a shop beside it."""
    for path in (SHIPPED / "apache").iterdir():
        (place.folder / path.name).write_text(place.put_in(path.read_text()))
    modules = "".join(
        f"LoadModule {each}_module {APACHE_MODULES}/mod_{each}.so\n" for each in APACHE.split()
    )
    user = "User www-data\nGroup www-data\n" if os.geteuid() == 0 else ""
    (place.folder / "apache2.conf").write_text(f"""{modules}{user}
        ServerName localhost
        PidFile {place.folder}/pid
        DefaultRuntimeDir {place.folder}
        ErrorLog /dev/stderr
        Listen 127.0.0.1:{place.plain}
        Listen 127.0.0.1:{place.secure}
        Include {place.folder}/consent.conf
        <VirtualHost *:{place.secure}>
            ServerName {SHOP}
            SSLEngine on
            SSLCertificateFile {place.folder}/tls/fullchain.pem
            SSLCertificateKeyFile {place.folder}/tls/privkey.pem
            DocumentRoot {place.folder}/shop
            <Directory {place.folder}/shop>
                Require all granted
            </Directory>
            Include {place.folder}/consent-first-party.conf
        </VirtualHost>
        """)
    return ["apache2", "-f", f"{place.folder}/apache2.conf", "-DFOREGROUND"]


KINDS = {"nginx": nginx, "caddy": caddy, "apache2": apache}


@contextmanager
def running(kind: str, folder: Path, upstream: int) -> Iterator[Wire]:
    """Run a proxy in front of what listens at `upstream`."""
    place = Place(folder, upstream, free_port(), free_port())
    certificate(folder / "tls", OWN, SHOP)
    shop = folder / "shop"
    shop.mkdir(exist_ok=True)
    (shop / "app.js").write_text("// the shop's own\n")
    words = KINDS[kind](place)
    with process([need(words[0]), *words[1:]], folder):
        wire = Wire(folder / "tls" / "fullchain.pem", place.plain, place.secure)
        wire.wait()
        yield wire


@contextmanager
def process(words: list[str], folder: Path, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program with what it says in a file of the folder; end it softly."""
    inherited = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / f"{Path(words[0]).name}.log").open("ab") as log:
        running = subprocess.Popen(
            words,
            cwd=folder,
            env={**inherited, **environ},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield running
    finally:
        end(running)


def end(running: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> None:
    """End a process of ours, and whatever it leaves of its group."""
    if running.poll() is None:
        running.send_signal(number)
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
