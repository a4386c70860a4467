"""How people say what they want: wordings of every task, and how a sentence is dressed.

A wording names facts of its task in braces. The first of each task is what a ready intention or an evaluation says.
"""

import re
from random import Random

WORDINGS: dict[str, tuple[str, ...]] = {
    "rename": (
        "Rename {old} to {new}", "Rename the variable {old} to {new}", "rename `{old}` to `{new}`",
        "Call {old} {new} instead", "Change the name of {old} to {new}", "use {new} instead of {old}",
        "{old} -> {new}", "{old} should be called {new}", "rename parameter {old} to {new}",
        "change {old} to {new}", "replace the name {old} by {new}", "name it {new} instead of {old}",
    ),
    "rename_function": (
        "Rename the function to {new}", "Rename {old} to {new}", "call the function {new}",
        "rename the method {old} to {new}", "The function should be called {new}",
        "change the function name from {old} to {new}", "rename this to {new}", "{old} -> {new}",
    ),
    "rename_attribute": (
        "Rename the attribute {old} to {new}", "Rename .{old} to .{new}", "rename {old} to {new}",
        "use .{new} instead of .{old}", "change attribute {old} to {new}", "{old} -> {new}",
    ),
    "add_parameter": (
        "Add a parameter {parameter}", "Add parameter {parameter} to {function}",
        "add an argument {name} with default {default}", "Add a {name} parameter that defaults to {default}",
        "give it a parameter {parameter}", "new argument {parameter}", "accept {parameter}",
        "add the optional parameter {name}, default {default}", "let {function} take {parameter}",
        "Add a keyword argument `{parameter}`", "it should take {parameter} too",
    ),
    "change_default": (
        "Change the default of {name} to {new}", "default of {name} should be {new}",
        "set the default for {name} to {new}", "make {name} default to {new}",
        "{name} should default to {new} instead of {old}", "use {new} as the default of {name}",
        "make {name}={new} the default",
    ),
    "replace_value": (
        "Replace {old} with {new}", "Replace {old} by {new}", "use {new} instead of {old}",
        "change {old} to {new}", "swap {old} for {new}", "{old} -> {new}", "{new} instead of {old}",
        "it should be {new}, not {old}",
    ),
    "pass_argument": (
        "Pass {argument} to {function}", "call {function} with {argument}", "add {argument} to the call of {function}",
        "pass {argument} in the {function} call", "give {function} the argument {argument}",
        "{function} needs {argument}", "also pass {argument} to {function}()",
    ),
    "extract_constant": (
        "Extract {value} into a constant {new}", "Make {value} a constant named {new}",
        "extract the constant {new} = {value}", "pull {value} out into {new}", "introduce {new} for {value}",
        "name {value} {new}", "move {value} to a constant called {new}",
    ),
    "guard_none": (
        "Raise ValueError if {name} is None", "raise a ValueError when {name} is None", "Add a guard for None in {name}",
        "{name} must not be None", "check that {name} is not None", "Validate that {name} is not None",
        "guard against {name} being None", "fail if {name} is None", "add a None check for {name}",
    ),
    "guard_empty": (
        "Return early if {name} is empty", "return when {name} is empty", "do nothing if {name} is empty",
        "handle empty {name}", "Add a guard for empty {name}", "stop if there is no {name}",
        "if {name} is empty, return", "early return for empty {name}",
    ),
    "guard_return": (
        "Return {value} if {name} is None", "return {value} when {name} is None", "if {name} is None return {value}",
        "give back {value} if {name} is None", "handle {name} being None by returning {value}",
        "when {name} is None, return {value}",
    ),
    "guard_negative": (
        "Raise ValueError if {name} is negative", "{name} must not be negative", "guard against negative {name}",
        "check that {name} is not negative", "reject negative {name}", "add a check for negative {name}",
        "raise a ValueError when {name} < 0", "validate that {name} is at least 0",
    ),
    "guard_type": (
        "Raise TypeError if {name} is not a {type}", "check that {name} is a {type}", "{name} must be a {type}",
        "validate the type of {name}: {type}", "raise a TypeError when {name} is no {type}",
        "make sure {name} is a {type}",
    ),
    "docstring": (
        "Add a docstring", "Add a docstring.", "document this", "write a docstring for {function}", "Add documentation",
        "docstring please", "add a docstring with args and returns", "Document the function",
        "add a docstring that describes the parameters", "doc", "write docs for this function",
    ),
    "short_docstring": (
        "Add a one-line docstring", "add a short docstring", "one line docstring", "Add a brief docstring",
        "write a one line docstring for {function}", "short docstring please",
    ),
    "given_docstring": (
        'Add the docstring "{words}"', "add a docstring saying {words}", 'docstring: "{words}"',
        "document it as: {words}", 'use "{words}" as the docstring',
    ),
    "remove_docstring": (
        "Remove the docstring", "delete the docstring", "drop the docstring", "no docstring", "strip the docstring",
        "remove documentation", "get rid of the docstring",
    ),
    "remove_comments": (
        "Remove the comments", "delete all comments", "strip comments", "no comments", "remove comments",
        "drop every comment", "get rid of the comments",
    ),
    "type_hints": (
        "Add type hints", "add types", "annotate the function", "Add type annotations", "type this",
        "add type hints to {function}", "annotate parameters and return value", "typing please",
    ),
    "remove_hints": (
        "Remove the type hints", "remove type annotations", "strip the types", "drop type hints", "no annotations",
        "delete all type hints",
    ),
    "return_type": (
        "Add the return type {type}", "annotate the return type as {type}", "it returns {type}", "return type {type}",
        "add -> {type}", "the return annotation should be {type}",
    ),
    "try_default": (
        "Handle errors", "Add error handling", "handle exceptions", "catch errors", "wrap in try/except",
        "make it robust against exceptions", "log errors", "add a try block", "error handling please",
    ),
    "try_except": (
        "Wrap it in try/except {error} and {reaction}", "catch {error} and {reaction}", "on {error}, {reaction}",
        "handle {error}: {reaction}", "wrap the body in a try that catches {error} and {reaction}",
        "if {error} is raised, {reaction}", "try/except {error}, {reaction}",
    ),
    "log_call": (
        "Add logging", "log the call", "Add a debug log at the start", "log when {function} is called",
        "add a logger.debug call", "log at the beginning", "logging please",
    ),
    "log_value": (
        "Log {name} after it is set", "log {name}", "add a debug log for {name}", "debug log the value of {name}",
        "write {name} to the log", "log the value of {name}",
    ),
    "print_value": (
        "Print {name} after it is set", "print {name}", "add print({name})", "print the value of {name}",
        "debug print {name}",
    ),
    "decorate": (
        "Add the decorator {decorator}", "decorate it with {decorator}", "make it a {decorator}", "add {decorator}",
        "put {decorator} above {function}", "use the {decorator} decorator",
    ),
    "undecorate": (
        "Remove the decorator {decorator}", "remove {decorator}", "drop the {decorator} decorator", "without {decorator}",
        "delete {decorator}", "Remove the decorator",
    ),
    "make_async": (
        "Make it async", "make the function asynchronous", "turn this into a coroutine", "async def", "make {function} async",
        "convert to async",
    ),
    "make_sync": (
        "Make it synchronous", "remove async", "make the function sync", "no async", "convert to a normal function",
        "make {function} synchronous",
    ),
    "invert": (
        "Invert the condition", "negate the condition", "invert the if", "negate the condition `{test}`",
        "flip the condition", "the condition is the wrong way round", "reverse the test",
    ),
    "swap_branches": (
        "Swap the branches of the if", "swap if and else", "invert the if/else", "exchange the two branches",
        "put the else branch first", "invert the condition and swap the branches",
    ),
    "add_else": (
        "Add an else branch that {reaction}", "otherwise {reaction}", "else {reaction}", "in the else case, {reaction}",
        "add an else: {reaction}",
    ),
    "move_line": (
        "Move {first} below {second}", "put {first} after {second}", "{first} should come after {second}",
        "swap the order of {first} and {second}", "reorder: first {second}, then {first}",
    ),
    "delete_line": (
        "Delete the line {line}", "remove {line}", "remove the line `{line}`", "drop {line}", "delete {line}",
        "get rid of {line}", "without {line}",
    ),
    "comment_out": (
        "Comment out {line}", "comment out the line {line}", "turn {line} into a comment", "disable {line}",
    ),
    "extract_variable": (
        "Store the result in {name} before returning it", "assign the return value to {name} first",
        "put the returned value into a variable {name}", "introduce a variable {name} for the result",
        "return {name}, assigned before",
    ),
    "double_quotes": (
        "Use double quotes", "convert to double quotes", "double quotes please", "change single quotes to double quotes",
        "strings in double quotes", "replace ' with \"",
    ),
    "single_quotes": (
        "Use single quotes", "convert to single quotes", "single quotes please", "change double quotes to single quotes",
        "strings in single quotes", "replace \" with '",
    ),
    "f_string": (
        "Use an f-string", "convert to f-strings", "use f-strings", "make it an f-string", "f-string please",
        "replace formatting by an f-string", "modernise the string formatting",
    ),
    "simplify": (
        "Simplify", "simplify this", "Make it simpler", "clean this up", "can this be simpler?", "tidy up",
        "make the code more idiomatic", "refactor this", "more pythonic",
    ),
    "to_comprehension": (
        "Use a list comprehension", "turn the loop into a list comprehension", "Simplify", "convert to a comprehension",
        "comprehension instead of a loop", "replace the for loop with a comprehension",
    ),
    "to_loop": (
        "Turn the comprehension into a loop", "use a for loop instead of the comprehension", "expand the comprehension",
        "write it as a loop", "no comprehension",
    ),
    "add_import": (
        "Add import {module}", "import {module}", "add the missing import of {module}", "{module} is not imported",
        "Fix this problem: undefined name '{module}'", "import {module} too",
    ),
    "remove_import": (
        "Fix this problem: '{module}' imported but unused", "remove the import of {module}", "{module} is unused",
        "drop {module}", "remove the unused import {module}", "we don't need {module}",
    ),
    "fault": (
        "Fix this problem: {message}", "fix: {message}", "Fix {message}", "{message}", "fix the error: {message}",
        "Fix the following problem: {message}", "repair: {message}", "Fix this problem: {message} (line {line})",
    ),
}  # fmt: skip

POLITE = (
    "please %", "can you %", "could you %?", "% please", "i want you to %", "%, thanks", "now %", "also %",
    "then %", "and %", "let's %", "just %", "% here", "% in this code", "% in the selection",
)  # fmt: skip


def typo(wording: str, rng: Random) -> str:
    """One slip in a plain word, never in a fact."""
    words = list(re.finditer(r"(?<![\w{`.])[a-z]{4,}(?![\w}`.(=])", wording))
    if not words:
        return wording
    word = rng.choice(words)
    at = word.start() + rng.randrange(1, len(word[0]) - 1)
    if rng.random() < 0.5:
        return wording[:at] + wording[at + 1 :]
    return wording[:at] + wording[at + 1] + wording[at] + wording[at + 2 :]


def dress(wording: str, rng: Random) -> str:
    """The wording as somebody in a hurry, or somebody polite, would type it."""
    draw = rng.random()
    small = wording[0].lower() + wording[1:]
    if draw < 0.45:
        return wording
    if draw < 0.6:
        return small
    if draw < 0.7:
        return wording.rstrip(".") + "."
    if draw < 0.78:
        return typo(wording, rng)
    return rng.choice(POLITE).replace("%", small.rstrip("."))


def say(task: str, facts: dict[str, str], rng: Random) -> str:
    usual = rng.random() < 0.3
    wording = WORDINGS[task][0] if usual else rng.choice(WORDINGS[task])
    return dress(wording, rng).format(**facts)
