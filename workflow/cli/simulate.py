"""`chuangyou simulate`: live through campaign years on a virtual clock, with faults, and look at what must hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from time import process_time

import click

from workflow.cli.sentences import done
from workflow.definition.loader import Definitions, load
from workflow.settings import load_settings
from workflow.simulation.coverage import Coverage
from workflow.simulation.playing import Played, play
from workflow.simulation.script import BEIJING, Event, write
from workflow.simulation.shrinking import MOST_TRIES, regression, shrunk
from workflow.simulation.trees import Shape

DEFAULT = Shape()
MINUTE = 60
#: Committed events (decisions, timers, jobs) of the small campaign year in which speed is told: 4 bodies, 24 members,
#: 48 cases over 400 virtual days. Seeds differ: so many small years a minute compare, so many seeds do not.
SMALL_YEAR = 1170
PRINTED_EVERY = 200  #: papers, of which one is printed by the real press
COMPLETE_FROM = 2000  #: years in which everything that can happen has to happen once


@click.command(help="在虚拟时钟上过若干活动年：随机组织、随机人员、各种故障，每一步核对不变规则。种子相同，结果相同。")
@click.option("--seed", type=int, default=1, show_default=True, help="第一个种子；每个种子是一个活动年。")
@click.option("--years", type=click.IntRange(min=1), default=1, show_default=True, help="过几个活动年。")
@click.option("--bodies", type=click.IntRange(min=2), default=DEFAULT.bodies, show_default=True, help="几个党组织。")
@click.option("--members", type=click.IntRange(min=6), default=DEFAULT.members, show_default=True, help="几名党员。")
@click.option("--faults/--no-faults", default=True, show_default=True, help="是否有故障。")
@click.option("--explain", is_flag=True, help="逐条讲述发生了什么。")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="只讲到这一天。")
@click.option("--shrink/--no-shrink", default=True, show_default=True, help="发现问题后是否缩短，并给出回归测试。")
@click.option("--tries", type=click.IntRange(min=1), default=MOST_TRIES, show_default=True, help="缩短时最多试几次。")
@click.option(
    "--printed-every",
    type=click.IntRange(min=0),
    default=PRINTED_EVERY,
    show_default=True,
    help="每多少份文件实际排印一份，0为不排印。",
)
@click.option(
    "--complete-from",
    type=click.IntRange(min=1),
    default=COMPLETE_FROM,
    show_default=True,
    help="不少于这么多年时，应当出现的流转、故障、拒绝的理由有一项没有出现也算不成立。",
)
@click.option("--list", "listed", is_flag=True, help="逐项列出没有出现的流转、故障、拒绝的理由。")
def simulate(
    seed: int, years: int, bodies: int, members: int, faults: bool, explain: bool, until: datetime | None,
    shrink: bool, tries: int, printed_every: int, complete_from: int, listed: bool,
) -> None:  # fmt: skip
    """Exit 1 at the first thing that does not hold."""
    definitions, shape, coverage = load(load_settings().definitions_dir), Shape(bodies, members), Coverage()
    begun, committed = process_time(), 0
    for each in range(seed, seed + years):
        script = write(each, bodies, with_faults=faults)
        played = play(each, definitions, shape, script, rendered_every=printed_every)
        coverage.add(played)
        committed += played.committed
        if explain:
            _tell(played, until)
        click.echo(
            f"种子 {each}：{played.cases} 件事项，办结 {played.closed} 件，{played.entries} 条留痕，"
            f"{sum(played.struck.values())} 次故障，留痕根 {played.root}"
        )
        if played.wrong:
            click.secho(f"种子 {each} 不成立：{played.wrong}", fg="red", err=True)
            if shrink:
                click.echo(_shortest(each, definitions, shape, script, played, tries, printed_every))
            raise click.exceptions.Exit(1)
    is_complete = told(coverage, definitions, in_full=listed or years >= complete_from)
    if faults and years >= complete_from and not is_complete:
        raise click.exceptions.Exit(1)
    done(f"全部成立；{_speed(years, committed, process_time() - begun)}")


def _speed(years: int, committed: int, seconds: float) -> str:
    """What one core does in a minute, in years as they came and in small ones."""
    return (
        f"一个处理器核每分钟 {years / seconds * MINUTE:.1f} 个活动年，每秒 {committed / seconds:.0f} 项提交"
        f"（决定、到期、后台任务），合每分钟 {committed / seconds * MINUTE / SMALL_YEAR:.1f} 个小活动年"
        f"（每年 {SMALL_YEAR:,} 项）。"
    )


def _tell(played: Played, until: datetime | None) -> None:
    for at, sentence in played.story:
        if until is None or at.astimezone(BEIJING).date() <= until.date():
            click.echo(f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M} {sentence}")


def _shortest(
    seed: int, definitions: Definitions, shape: Shape, script: Sequence[Event], played: Played, tries: int,
    printed_every: int,
) -> str:  # fmt: skip
    """The regression test of the shortest script that goes wrong in the same way."""
    tried = [each for each in script if played.after is None or each.number <= played.after]

    def fails(shorter: Sequence[Event]) -> bool:
        again = play(seed, definitions, shape, shorter, rendered_every=printed_every)
        return again.wrong.split(": ")[:2] == played.wrong.split(": ")[:2]

    short = shrunk(tried, fails, tries)
    return regression(seed, shape.bodies, shape.members, short, played.wrong)


def told(coverage: Coverage, definitions: Definitions, *, in_full: bool) -> bool:
    """Tell how much was seen, and in full what never was; answers whether nothing is missing."""
    found = coverage.parts(definitions)
    click.echo("出现过：" + "，".join(f"{each.title} {each.seen}/{len(each.known)}" for each in found))
    for each in found if in_full else ():
        click.echo(f"没有出现的{each.title}：{'、'.join(each.never) or '无'}")
        if each.wrongly:
            click.echo(f"列为不会出现而出现的{each.title}：{'、'.join(each.wrongly)}")
    return not any(each.never or each.wrongly for each in found)
