"""Names of files handed over."""

import pytest

from app.foundation.downloads import attachment


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("roster.xlsx", "attachment; filename=\"roster.xlsx\"; filename*=UTF-8''roster.xlsx"),
        ("花名册.xlsx", "attachment; filename=\"download.xlsx\"; filename*=UTF-8''%E8%8A%B1%E5%90%8D%E5%86%8C.xlsx"),
        (
            'a"\r\nSet-Cookie: x=1.xlsx',
            "attachment; filename=\"aSet-Cookiex1.xlsx\"; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3D1.xlsx",
        ),
    ],
)
def test_a_name_is_plain_ascii_beside_its_real_self(name: str, header: str) -> None:
    answer = attachment(b"x", name, "application/octet-stream")
    assert answer.headers["Content-Disposition"] == header
