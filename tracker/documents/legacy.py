"""Old Vietnamese fonts (TCVN3, VNI): their text is Latin letters that only look right in their own font."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.documents.refusals import unreadable

#: Letters that Unicode Vietnamese cannot do without.
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
#: TCVN3 puts Vietnamese letters on signs: "KÕ ho¹ch kh¶o s¸t" is "Kế hoạch khảo sát". A sign must touch a letter.
_TCVN3 = re.compile("(?<=[a-zA-Z])[µ¸¶·¹»¾¼½Æ©ÇÊÈÉËÐÌÎÏÑªÒÕÓÔÖ×ØÜÞß«¬®¨]|[µ¸¶·¹»¾¼½©ª«¬®¨](?=[a-zA-Z])")
#: VNI writes the tone as a second letter: "Keá hoaïch khaûo saùt".
_VNI = re.compile("[aeiouyAEIOUYöôÖÔ][ùøûõïáàåãäéèúüëâêÙØÛÕÏÁÀÅÃÄÉÈÚÜËÂÊ]|[ñÑ](?=[aeiouyöôAEIOUYÖÔ])")
_MIN_SIGNS = 6
#: Share of a text's characters; nearly every Vietnamese word has such a letter.
_MIN_SHARE = 0.03
#: Signs for one Unicode letter of Vietnamese; a copyright mark in good text stays far below.
_MIN_RATIO = 2


def is_legacy(lines: Iterable[str]) -> bool:
    """Whether the text is typed in TCVN3 or VNI."""
    text = "\n".join(lines)[:200_000]
    signs = max(len(_TCVN3.findall(text)), len(_VNI.findall(text)))
    enough = signs >= max(_MIN_SIGNS, _MIN_SHARE * len(text))
    return enough and signs > _MIN_RATIO * len(_VIETNAMESE.findall(text))


def refuse_legacy(lines: Iterable[str]) -> None:
    """Raises UnreadableDocument("font_legacy") when the text is typed in an old font."""
    if is_legacy(lines):
        raise unreadable("font_legacy")
