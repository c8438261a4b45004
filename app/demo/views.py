"""One page: what demo data is, and the administrator's one act that clears it."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import sessions
from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.demo import clear_operations as operations
from app.demo.forms import ClearForm
from app.foundation.forms import text
from app.foundation.storage import storage

blueprint = Blueprint("demo", __name__)
ACCOUNTS_FILE = "demo-accounts.txt"


@blueprint.get("/demo")
@allow(Permission.DEMO_CLEAR)
def clearing() -> ResponseReturnValue:
    return render_template("demo/clear.html", form=ClearForm(), words=operations.WORDS)


@blueprint.post("/demo/clear")
@allow(Permission.DEMO_CLEAR)
def clear() -> ResponseReturnValue:
    """Everybody's session ends with their accounts, the administrator's own too."""
    form = ClearForm(request.form)
    try:
        photos = operations.clear(
            text(form.words),
            by=current(),
            to=storage(),
            list_of_accounts=current_app.config["DATA_DIR"] / ACCOUNTS_FILE,
        )
    except operations.WordsDiffer as refusal:
        form.refuse(str(refusal), form.words)
        return render_template("demo/clear.html", form=form, words=operations.WORDS), refusal.status
    sessions.end()
    flash(f"示例数据已清空，{photos} 张照片的文件也已删除。请用 create-admin 命令建立第一个管理员账号。")
    return redirect(url_for("accounts.sign_in"))
