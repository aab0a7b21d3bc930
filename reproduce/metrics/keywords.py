"""The words that a language keeps for itself, contextual ones included, as far as CodeBLEU weighs them."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PYTHON = _words(
    """
    False None True and as assert async await break case class continue def del elif else except finally for from
    global if import in is lambda match nonlocal not or pass raise return try type while with yield
    """
)
JAVA = _words(
    """
    abstract assert boolean break byte case catch char class const continue default do double else enum extends
    final finally float for goto if implements import instanceof int interface long native new package private
    protected public return short static strictfp super switch synchronized this throw throws transient try void
    volatile while
    """
)
C_SHARP = _words(
    """
    abstract add alias as ascending async await base bool break by byte case catch char checked class const continue
    decimal default delegate descending do double dynamic else enum equals event explicit extern false finally fixed
    float for foreach from get global goto group if implicit in int interface internal into is join let lock long
    nameof namespace new notnull null object on operator orderby out override params partial private protected
    public readonly ref remove return sbyte sealed select set short sizeof stackalloc static string struct switch
    this throw true try typeof uint ulong unchecked unmanaged unsafe ushort using value var virtual void volatile
    when where while yield
    """
)
