"""Mail by SMTP. The address of the server says how it is encrypted; certificates are always checked."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from workflow.notices.channel import (
    CONNECT_SECONDS,
    LONGEST_SECONDS,
    READ_SECONDS,
    Down,
    Later,
    Message,
    Rejected,
    cut_off,
)
from workflow.notices.compose import one_line

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT = 500  #: SMTP answers from here on are not worth repeating
SENDER = "创优"
LONGEST_ADDRESS = 120
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_address(text: str) -> bool:
    """Whether mail may be sent to it."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True)
class Mail:
    """A mail server."""

    url: str  #: smtp://, smtp+starttls:// or smtps://
    sender: str
    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    longest_seconds: float = LONGEST_SECONDS

    def send(self, message: Message) -> None:
        """Hand one mail over to the server."""
        letter = self._letter(message)
        try:
            server = self._connected()
            try:
                with cut_off(lambda: server.sock, self.longest_seconds):
                    self._hand_over(server, letter)
            finally:
                server.close()
        except smtplib.SMTPRecipientsRefused as error:
            raise _judged(*next(iter(error.recipients.values()))) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _judged(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Down(reason=f"邮件服务器不接受账号口令（{error.smtp_code}）") from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise Down(reason=f"邮件服务器没有应答（{type(error).__name__}）") from error

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=self.connect_seconds, context=context)
        return smtplib.SMTP(host, port, timeout=self.connect_seconds)

    def _hand_over(self, server: smtplib.SMTP, letter: EmailMessage) -> None:
        parts = urlsplit(self.url)
        if server.sock is not None:
            server.sock.settimeout(self.read_seconds)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(letter)
        with suppress(smtplib.SMTPException):  # the mail is taken; how the server says goodbye changes nothing
            server.quit()

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage(policy=LINES)
        try:
            letter["From"] = Address(SENDER, addr_spec=self.sender)
            letter["To"] = Address(addr_spec=message.to)
        except (MessageError, ValueError, IndexError) as error:
            raise Rejected(reason="邮箱地址不完整，请本人在提醒设置中核对") from error
        letter["Subject"] = one_line(message.title)
        letter["Date"] = format_datetime(message.at)
        letter["Message-ID"] = f"<{message.id}@{self.sender.partition('@')[2]}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        return letter


def _judged(code: int, said: bytes | str) -> Later | Rejected:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    reason = f"{code} {one_line(text)}"
    return Rejected(reason=reason) if code >= PERMANENT else Later(reason=reason)
