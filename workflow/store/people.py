"""Persons, the posts they hold, and how they sign in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.store.base import Base, Key


class Person(Base):
    """Somebody: a member of the Party or of the staff."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)  #: 工号
    name: Mapped[str] = mapped_column(String(60))
    party_status: Mapped[str] = mapped_column(String(15), default="none")
    job: Mapped[str] = mapped_column(String(60), default="")
    mail: Mapped[str] = mapped_column(String(120), default="")  #: shown to the person alone

    __table_args__ = (CheckConstraint("party_status IN ('full', 'probationary', 'none')", name="party_status"),)


class Post(Base):
    """A post or membership of a person in a body, from one day to another."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        Index("ix_posts_holders", "organization_id", "code"),
        Index(
            "uq_posts_active",
            "person_id",
            "organization_id",
            "code",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )


class Account(Base):
    """How a person signs in."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  #: wrong passwords in a row
    locked_until: Mapped[datetime | None]


class Substitution(Base):
    """Somebody stands in for another from one day to another; recorded as "A on behalf of B"."""

    __tablename__ = "substitutions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    principal_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))  #: only posts there; else all
    stages: Mapped[list[Any]]  #: only cases of these stages; empty for all
    reason: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date]  #: the first day on which it no longer holds
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("principal_id <> substitute_id", name="not_oneself"),)


class HandOver(Base):
    """Posts and open work that went from one person to another at once (换届, 调动, 离职)."""

    __tablename__ = "hand_overs"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    from_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    to_person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text)
    held_on: Mapped[date]
    moved: Mapped[dict[str, Any]]  #: posts and numbers of the cases whose tasks moved
    made_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]


class SignIn(Base):
    """A session of the web, revocable on the server. Only the hash of its key is stored."""

    __tablename__ = "sign_ins"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token of the API. Only its hash is stored."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
