"""The ways out of this installation, by the name under which deliveries wait."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow.notices.channel import Channel, Down
from workflow.notices.mail import Mail
from workflow.notices.outbound import Outbound
from workflow.notices.robots import Robot
from workflow.operations.installation import Installation
from workflow.operations.telling import HOOK, MAIL
from workflow.store.notices import Hook


def channel_of(session: Session, installation: Installation, name: str) -> Channel:
    """The channel `mail`, or that of `hook:<id>`."""
    settings = installation.settings
    if name != MAIL:
        hook = session.get_one(Hook, int(name.removeprefix(HOOK)))
        return Robot(hook.format, hook.url, hook.secret, Outbound(settings.allowed_hosts))
    return Mail(settings.mail_url.get_secret_value(), settings.mail_from) if settings.mail_url else NoServer()


class NoServer:
    """Mail, where the mail server has been taken out of the settings."""

    def send(self, _message: object) -> None:
        """Wait until there is one again."""
        raise Down(reason="没有设置邮件服务器")
