"""Headers, cookies and the two defences against forged requests (trust.md, checks 9, 13, 18, 23)."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from secure import Secure
from secure.headers import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    CustomHeader,
    PermissionsPolicy,
    ReferrerPolicy,
    StrictTransportSecurity,
    XContentTypeOptions,
)

from web.errors import CrossSite
from workflow import randomness
from workflow.errors import NotFound
from workflow.settings import Settings

NONCE_BYTES = 16
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})  #: what a browser says of a request from our own page or the address bar
LARGEST_BODY = 8 * 1024 * 1024  #: bytes; a form of any stage is far below
HSTS_AGE = timedelta(days=365)

csrf = CSRFProtect()


def protect(app: Flask, settings: Settings) -> None:
    """Put cookies, tokens and headers on everything that this application answers."""
    is_https = settings.mode == "production"
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-chuangyou" if is_https else "chuangyou",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the sign-in: an hour over a form is nothing unusual
        WTF_CSRF_SSL_STRICT=False,  # refused by Sec-Fetch-Site instead, which works behind a proxy as well
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
    )
    app.before_request(_refuse_nul)
    app.before_request(_refuse_other_sites)
    csrf.init_app(app)
    app.jinja_env.globals["csp_nonce"] = nonce
    fixed = _fixed_headers(is_https=is_https)

    @app.after_request
    def _harden(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", page_policy())
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def nonce() -> str:
    """The nonce of this response's scripts."""
    if "nonce" not in g:
        g.nonce = randomness.token(NONCE_BYTES)
    return str(g.nonce)


def page_policy() -> str:
    """The content security policy of a page: nothing from elsewhere, no inline code without the nonce."""
    policy = ContentSecurityPolicy().default_src("'none'")
    policy = policy.script_src("'self'", f"'nonce-{nonce()}'").style_src("'self'").img_src("'self'", "data:")
    policy = policy.connect_src("'self'").form_action("'self'").frame_src("'self'").font_src("'self'")
    return policy.object_src("'none'").base_uri("'none'").frame_ancestors("'none'").header_value


def file_policy() -> str:
    """The policy of a file shown inside one of our own pages: no script, framed by ourselves alone."""
    policy = ContentSecurityPolicy().default_src("'none'").style_src("'unsafe-inline'").img_src("'self'", "data:")
    return policy.object_src("'none'").base_uri("'none'").frame_ancestors("'self'").header_value


def _fixed_headers(*, is_https: bool) -> dict[str, str]:
    headers = Secure(
        hsts=StrictTransportSecurity().max_age(int(HSTS_AGE.total_seconds())).include_subdomains()
        if is_https
        else None,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().geolocation().camera().microphone(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        custom=[CustomHeader(header="X-Permitted-Cross-Domain-Policies", value="none")],
    )
    return dict(headers.header_items())


def _refuse_nul() -> None:
    """No address and no stored text contains a NUL; a database would stumble over it."""
    if "\0" in request.path or any("\0" in each for values in request.args.listvalues() for each in values):
        raise NotFound(what="这一地址")


def _refuse_other_sites() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if request.method not in SAFE and site is not None and site not in OWN_SITES:
        raise CrossSite
