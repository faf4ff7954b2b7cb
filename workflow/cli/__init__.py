"""The `chuangyou` command. It works without Flask, and is mounted into `flask` as well."""

from workflow.cli import acting as acting  # its commands belong to `case`
from workflow.cli import batch as batch  # so does its command
from workflow.cli import opening as opening  # so does its command
from workflow.cli.account import account
from workflow.cli.audit import audit
from workflow.cli.calendar import calendar
from workflow.cli.case import case
from workflow.cli.check import check
from workflow.cli.database import db
from workflow.cli.demo import demo
from workflow.cli.diagram import diagram
from workflow.cli.doctor import doctor
from workflow.cli.file import campaign
from workflow.cli.hand_over import hand_over
from workflow.cli.hook import hook
from workflow.cli.jobs import jobs
from workflow.cli.launch import launch
from workflow.cli.migrate import migrate
from workflow.cli.organization import organization
from workflow.cli.register import register
from workflow.cli.run import run, web, worker
from workflow.cli.sentences import SentenceGroup
from workflow.cli.simulate import simulate
from workflow.cli.spreadsheet import import_
from workflow.cli.stuck import stuck
from workflow.cli.substitute import substitute
from workflow.cli.token import token
from workflow.cli.verify import verify

main = SentenceGroup("chuangyou", help="创优：创先争优活动工作流程服务。配置取自环境变量，见 README。")
for _command in (
    run,
    web,
    worker,
    demo,
    check,
    diagram,
    audit,
    token,
    import_,
    account,
    doctor,
    db,
    substitute,
    hand_over,
    hook,
    organization,
    case,
    campaign,
    calendar,
    jobs,
    launch,
    migrate,
    register,
    stuck,
    simulate,
    verify,
):
    main.add_command(_command)

__all__ = ["main"]
