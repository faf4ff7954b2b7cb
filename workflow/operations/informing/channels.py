"""The ways out of this installation, by the name under which deliveries wait."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflow.errors import Refused
from workflow.notices.channel import Channel, Down, Rejected
from workflow.notices.mail import Mail
from workflow.notices.outbound import Outbound
from workflow.notices.robots import Robot
from workflow.operations.informing.envelopes import disclose
from workflow.operations.informing.telling import HOOK, MAIL
from workflow.operations.installation import Installation
from workflow.store.fetching import get_one
from workflow.store.notices import Hook


def channel_of(session: Session, installation: Installation, name: str) -> Channel:
    """The channel `mail`, or that of `hook:<id>`."""
    settings = installation.settings
    if name != MAIL:
        hook = get_one(session, Hook, int(name.removeprefix(HOOK)))
        try:
            url, secret = disclose(settings, hook.url), disclose(settings, hook.secret)
        except Refused as refused:
            return Closed(refused.message)
        return Robot(hook.format, url, secret, Outbound(settings.allowed_hosts))
    return Mail(settings.mail_url.get_secret_value(), settings.mail_from) if settings.mail_url else NoServer()


@dataclass(frozen=True)
class Closed:
    """A hook whose secrets cannot be read any more."""

    reason: str

    def send(self, _message: object) -> None:
        """Say why not."""
        raise Rejected(reason=self.reason)


class NoServer:
    """Mail, where the mail server has been taken out of the settings."""

    def send(self, _message: object) -> None:
        """Wait until there is one again."""
        raise Down(reason="没有设置邮件服务器")
