"""A real IMAP server for the tests: Debian's dovecot on loopback, TLS only, with a mailbox of its own in a folder."""

import datetime
import getpass
import imaplib
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.machine import find_server
from tests.ports import free_port

USER, PASSWORD = "vanphong", "mat-khau-thu"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = yes
auth_failure_delay = 0
mail_plugins = acl
plugin {{
  acl = vfile
}}
default_login_user = {login_user}
default_internal_user = {internal_user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


def make_certificate(folder: Path, name: str = "localhost") -> None:
    """cert.pem and key.pem, signed by nobody else."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(name)] + ([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if name == "localhost" else [])
    cert = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)


class MailServer:
    """port, ca_file, and the folder of the mail; `put` delivers a message as a real one would arrive."""

    def __init__(self, name: str = "localhost"):
        # not in pytest's folder: as root, dovecot serves mail as another user, who may not look into it
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="imap-")), free_port()
        folder = self.folder
        folder.chmod(0o755)
        self.ca_file = str(folder / "cert.pem")
        make_certificate(folder, name)
        import grp  # neither is there on Windows, where these tests are left out
        import pwd

        is_root, me = os.geteuid() == 0, getpass.getuser()
        owner = pwd.getpwnam("mail") if is_root else pwd.getpwuid(os.geteuid())
        users = {"login_user": "dovenull", "internal_user": "dovecot", "group": "dovecot"} if is_root else {}
        users = users or {"login_user": me, "internal_user": me, "group": grp.getgrgid(os.getgid()).gr_name}
        config = CONFIG.format(
            folder=folder, port=self.port, password=PASSWORD, uid=owner.pw_uid, gid=owner.pw_gid, **users
        )
        for inner in ("run", "state", "mail"):
            (folder / inner).mkdir()
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
        (folder / "dovecot.conf").write_text(config)
        command = [find_server("dovecot"), "-F", "-c", str(folder / "dovecot.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert self.process.poll() is None, self.process.stderr.read().decode()
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("dovecot does not answer")

    def client(self):
        """A plain client of the standard library: what our own code did is looked at with other eyes."""
        box = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=ssl.create_default_context(cafile=self.ca_file))
        box.login(USER, PASSWORD)
        return box

    def put(self, message: bytes, folder: str = "INBOX", at: float | None = None) -> None:
        box = self.client()
        if folder != "INBOX":
            box.create(folder)
        assert box.append(folder, None, at, message)[0] == "OK"
        box.logout()

    def limit(self, folder: str, rights: str) -> None:
        """What the owner may do in a folder that was not opened yet, as RFC 4314 letters: "lr" is reading alone."""
        place = self.folder / "mail" / USER / f".{folder}" / "dovecot-acl"
        place.write_text(f"owner {rights}\n")
        os.chown(place, *[getattr(place.parent.stat(), name) for name in ("st_uid", "st_gid")])

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of every message, in order."""
        box = self.client()
        box.select(folder, readonly=True)
        _, found = box.fetch("1:*", "(FLAGS)")
        box.logout()
        return [line.decode() for line in found if line]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def cut_after(port: int, count: int):
    """A way to the server that breaks after so many bytes have come from it; its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def carry() -> None:
        ours, _ = listener.accept()
        theirs = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=_pump, args=(ours, theirs, None), daemon=True).start()
        _pump(theirs, ours, count)

    threading.Thread(target=carry, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def _pump(source: socket.socket, target: socket.socket, left: int | None) -> None:
    try:
        while data := source.recv(4096):
            if left is not None and len(data) >= left:
                target.sendall(data[:left])
                break
            left = None if left is None else left - len(data)
            target.sendall(data)
    except OSError:
        pass
    for one in (source, target):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
