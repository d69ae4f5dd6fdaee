"""Plain words on a page: escaped, addresses that can be followed, names that stand out."""

import pytest

from service.web.linking import linked

LINK = '<a href="{0}" rel="noopener noreferrer nofollow external">{0}</a>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("xem https://a.example/b?c=1&d=2.", f"xem {LINK.format('https://a.example/b?c=1&amp;d=2')}."),
        ("(http://a.example/x)", f"({LINK.format('http://a.example/x')})"),
        ("javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"),
        ('https://a.example/"onmouseover="x', f"{LINK.format('https://a.example/')}&#34;onmouseover=&#34;x"),
        ("nhờ @Lan và @Lan Anh", "nhờ <b>@Lan</b> và <b>@Lan Anh</b>"),
        ("@Lan<b>", "<b>@Lan</b>&lt;b&gt;"),
    ],
)
def test_words_are_escaped_and_only_web_addresses_are_followed(text: str, shown: str) -> None:
    assert str(linked(text, ["Lan", "Lan Anh"])) == shown
