"""Commands that span features."""

import click
from flask import Flask

from app.accounts.guard import access_of


def routes_table(app: Flask) -> list[str]:
    """Every endpoint with its methods, address and the permission it declares; sorted."""
    with app.app_context():
        return sorted(
            f"{rule.endpoint} {','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule} "
            f"{access.word if (access := access_of(rule.endpoint)) else 'CLOSED'}"
            for rule in app.url_map.iter_rules()
        )


def init_app(app: Flask) -> None:
    @app.cli.command("routes-table")
    def show_routes() -> None:
        """Print the golden table of routes and permissions."""
        for line in routes_table(app):
            click.echo(line)
