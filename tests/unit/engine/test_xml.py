"""XML from outside opens nothing, expands nothing and stays small."""

from pathlib import Path

import pytest

from service.domain.errors import Invalid
from service.engine import xml

SECRET = "the secret"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def test_an_external_entity_is_refused_unread(secret: Path) -> None:
    bomb = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a>&x;</a>'.encode()
    with pytest.raises(Invalid, match="DOCTYPE"):
        xml.parse(bomb)


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><a b="&m;"/>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
        b'<?xml version="1.0"?>\n<!DOCTYPE a PUBLIC "x" "y"><a/>',
        b"\xef\xbb\xbf<!DOCTYPE a><a/>",
    ],
)
def test_a_doctype_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="DOCTYPE"):
        xml.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        "<!DOCTYPE a><a/>".encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-16"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>',
        b'<?xml version="1.0" encoding="iso-8859-1"?><a b="\xe9"/>',
    ],
)
def test_another_encoding_cannot_hide_one(data: bytes) -> None:
    with pytest.raises(Invalid):
        xml.parse(data)


def test_size_depth_and_count_are_bounded() -> None:
    for data in (
        b"<a>" + b"x" * xml.MAX_BYTES + b"</a>",
        b"<a>" * 100 + b"</a>" * 100,
        b"<a>" * 100_000,
        b"<a>" + b"<b/>" * xml.MAX_NODES + b"</a>",
    ):
        with pytest.raises(Invalid):
            xml.parse(data)


@pytest.mark.parametrize("data", [b"", b"   ", b"\x00\x01", b"<a", b"<a></b>", b"\xff\xfe\xfd"])
def test_what_is_not_xml_says_so(data: bytes) -> None:
    with pytest.raises(Invalid):
        xml.parse(data)


def test_comments_and_instructions_are_dropped_and_the_rest_is_kept() -> None:
    node = xml.read(xml.parse(b'<?x y?><a xmlns="u" b="1"><!-- c --><d>t<!-- c -->u</d></a>'))
    assert (node.namespace, node.tag, dict(node.attributes)) == ("u", "a", {"b": "1"})
    assert [(child.tag, child.text) for child in node.children] == [("d", "tu")]
