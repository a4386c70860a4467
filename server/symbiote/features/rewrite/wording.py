"""Words of wishes for code, for `alike`: which say nothing, and which say the same wherever they stand."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EMPTY = _words("""
    a an the this that these those it its my our your please kindly just so too also is are be been was were does do
    did should shall will would must me you i we us there here them some of
""")
"""What a wish may have or not without meaning something else: articles, courtesy, auxiliary verbs."""

ARTICLES = _words("""
    a an the this that these those my our your
""")

SELECTION = _words("""
    code function method class block snippet section file script module statement expression selection
""")
"""Behind "this", at the end of what it says, what may be called "it" as well: the selection."""

MAKE = _words("""
    make use set put write give get turn change convert switch transform rewrite refactor add insert include
    introduce create provide implement let have do
""")
"""Verbs of bringing about, at the beginning of a wish. What is brought about is said by what follows."""

ASKING = _words("""
    explain describe tell what
""")
"""At the beginning of a wish: something is to be told."""

COUNT = """
    zero one two three four five six seven eight nine ten eleven twelve
"""
NUMBERS = {word: str(number) for number, word in enumerate(COUNT.split()) if word != "one"}
NUMBERS |= {"once": "1", "twice": "2", "thrice": "3"}
"""One is left out: it stands for a thing as often as for a number."""

SAME = """
    each every
    remove delete drop erase discard eliminate rid
    ascending increasing
    descending decreasing
    async asynchronous asynchronously
    sync synchronous synchronously
    comprehension comprehensions
    argument arguments args arg parameter parameters param params
    safe safety safely
    import imports
    lower lowercase
    upper uppercase
    empty blank
    skip ignore omit exclude
    trim strip
    allow accept permit allowed accepted permitted
    reject refuse deny forbid
    class classes
    list lists
    string strings str text
    dict dictionary dicts dictionaries
    loop loops
    decimal decimals
    user users
    complexity big-o
    constant const
    type types typed typing
    comment comments commenting
    field fields attribute attributes property properties
    word words
    line lines
    file files
    handle handling
    error errors
    raise throw raising throwing raises throws
    sort order sorted ordered ordering sorting
    log logging logs logged
    document documenting documentation
    doc docs
    docstring docstrings docstr
    cache caching cached
    memoize memoise memoized memoizing memoise
    second seconds sec secs s
    minute minutes min mins
    millisecond milliseconds ms
    fast faster
    quick quicker quickly
    optimize optimise optimized optimised optimization optimisation
    fix correct fixing repair
    thread threads threading
    parallel concurrently concurrent
    test tests testing
    hint annotation hints annotations
    average mean avg
    compute calculate computing calculating
    retry retries retrying
    paginate pagination paging paginated
    exchange swap
    split separate splitting
    copy duplicate copying
    regex regexp
    summarize summarise summary
    first 1st
    begin start starts begins beginning
    end ends ending
    display show shows displays
    merge combine merging combining
    simplify simplifies simplified
    enable activate enabled
    disable deactivate disabled
    count counting counts
    close closing closes
    load loading loads
    check checking checks verify verifying verifies
    valid validate validation validating
"""
SYNONYMS = {word: group.split()[0] for group in SAME.strip().split("\n") for word in group.split()}
"""Word to the word that stands for it. A word is looked up as it is, then without its ending."""
