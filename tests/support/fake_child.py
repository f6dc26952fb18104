"""A child that speaks the protocol itself, in a Python without our code, and can misbehave wherever a test wants."""

import sys
from collections.abc import Callable, Sequence

_SPEECH = """
import json, os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
def write(data):
    while data: data = data[os.write(1, data):]
def send(message, body=None):
    body = json.dumps({**message, **of_block}).encode() if body is None else body
    write(len(body).to_bytes(4, 'big') + body)
def read():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4: os._exit(0)
    return json.loads(sys.stdin.buffer.read(int.from_bytes(head, 'big')))
def expect(*words):
    while (command := read())['do'] not in words: pass
    return command
def trickle():
    write((60_000_000).to_bytes(4, 'big') + b'{"')
    while True: write(b'x'); time.sleep(0.01)
HELLO = {'kind': 'hello', 'version': 1}
BOOTED = {'kind': 'booted', 'kept': [], 'lost': []}
FINE = {'kind': 'output', 'stream': 'stdout', 'text': 'fine'}
of_block = {}
DONE = {'kind': 'done', 'error': None, 'variables': [], 'answer': None, 'refused': None, 'draft': ''}
VALUE = {'kind': 'value', 'text': 'x'}
def ask(number, *prompts, function='llm_query', contexts=()):
    send({'kind': 'ask', 'id': number, 'function': function, 'prompts': prompts, 'contexts': contexts})
def sleep(): time.sleep(60)
"""

_LIFE = """
def misbehave():
    {trouble}
at = {state!r}
if at == 'starting': misbehave()
send(HELLO)
boot = expect('boot')
is_new = boot['is_restart']
if at == ('restarting' if is_new else 'booting'): misbehave()
send(BOOTED)
if at == 'resting' and not is_new: misbehave()
while True:
    match expect('run', 'value_of')['do']:
        case 'run' if is_new:
            of_block = {{'block': boot['first_block']}}
            send(FINE); send(DONE)
            of_block = {{}}
        case 'run':
            of_block = {{'block': 1}}
            if at == 'restarting': os._exit(0)
            if at == 'running': misbehave()
            if at == 'asking': ask(1, 'p'); misbehave()
            send(DONE)
            of_block = {{}}
        case 'value_of':
            if at == 'giving': misbehave()
            send(VALUE)
"""

_ATTACK = """
send(HELLO)
expect('boot')
send(BOOTED)
expect('run')
of_block = {'block': 1}
"""


def misbehaving(state: str, trouble: str) -> Callable[[], Sequence[str]]:
    """Make a child that keeps to the protocol until it is in this state; one that replaces it always does."""
    return _command(_SPEECH + _LIFE.format(state=state, trouble=trouble))


def attacking(code: str) -> Callable[[], Sequence[str]]:
    """Make a child that does this as soon as it is given its first block."""
    return _command(_SPEECH + _ATTACK + code)


def _command(code: str) -> Callable[[], Sequence[str]]:
    return lambda: [sys.executable, "-I", "-S", "-c", code]
