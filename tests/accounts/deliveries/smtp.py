"""A mail server of a few lines (RFC 5321) that keeps what it is given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """``refuses`` is what it answers to recipients, where it does not take them."""

    port: int = 0
    refuses: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


@contextmanager
def mail_server(refuses: str = "") -> Iterator[MailServer]:
    kept = MailServer(refuses=refuses)

    class Session(socketserver.StreamRequestHandler):
        def say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        def handle(self) -> None:
            self.say("220 mail.example")
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "RCPT":
                    kept.recipients.append(line.partition("<")[2].partition(">")[0])
                    self.say(kept.refuses or "250 Ok")
                elif verb == "DATA":
                    self.say("354 Go on")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    kept.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
                    self.say("250 Taken")
                elif verb == "QUIT":
                    self.say("221 Bye")
                    return
                else:
                    self.say("250 Ok")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield kept
        server.shutdown()
