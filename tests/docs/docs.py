#!/usr/bin/env python3
"""docs.py PROGRAM SOURCE_DIR [DOCUMENT...]: what the documents show is what the program prints.

In Markdown every ```console block is run, in mdoc pages every .Bd block after a comment line `.\\" console`. A line that
begins with "$ " is a command, continued by lines that begin with "> "; what follows is its output, both streams, byte
for byte. A block is one shell session, in the document's own folder of a scratch copy of the tree.
NINES_BLESS=1 writes what came out into the documents.
"""
import difflib
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

MARK = '\036'


def commands(body):
    """The commands of a block, as lists of lines."""
    found = []
    for line in body:
        if line.startswith('$ '):
            found.append([line])
        elif line.startswith('> ') and found and found[-1][-1][:2] in ('$ ', '> '):
            found[-1].append(line)
        elif found and found[-1][-1][:2] in ('$ ', '> '):
            found[-1].append(MARK)
    return [[line for line in c if line != MARK] for c in found]


def run(body, folder, env):
    """The block as it should be: each command, and what it printed."""
    found = commands(body)
    if not found:
        return body
    # The mark leaves $? as the command before it did.
    mark = "{ status=$?; printf '%s'; (exit $status); }\n" % MARK
    script = ''.join(mark + '\n'.join(line[2:] for line in c) + '\n' for c in found)
    out = subprocess.run(['sh'], input=script, cwd=folder, env=env, text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=120).stdout.split(MARK)[1:]
    lines = []
    for command, text in zip(found, out):
        lines += command + text.removesuffix('\n').split('\n') if text else command
    return lines


def unescape(line):
    """mdoc to plain text, for literal blocks."""
    if line == '.Pp':
        return ''
    for old, new in ((r'\&', ''), (r'\(aq', "'"), (r'\(dq', '"'), (r'\-', '-'), (r'\(ha', '^'), (r'\(ti', '~'),
                     (r'\e', '\\')):
        line = line.replace(old, new)
    return line


def escape(line):
    line = line.replace('\\', r'\e')
    return r'\&' + line if line[:1] in ('.', "'") else line


def blocks(lines, is_page):
    """(first, last) of each block's body."""
    start = None
    for i, line in enumerate(lines):
        if start is None:
            if is_page and line.startswith('.Bd') and i > 0 and re.fullmatch(r'\.\\" console', lines[i - 1]):
                start = i + 1
            if not is_page and line.strip() == '```console':
                start = i + 1
        elif line.startswith('.Ed') if is_page else line.strip() == '```':
            yield start, i
            start = None


def check(path, copy, env, bless):
    is_page = not path.endswith('.md')
    with open(path) as f:
        lines = f.read().split('\n')
    new, at, wrong, n = [], 0, 0, 0
    for first, last in blocks(lines, is_page):
        body = [unescape(line) for line in lines[first:last]] if is_page else lines[first:last]
        got = run(body, copy, env)
        n += 1
        if got != body:
            wrong += 1
            print('\n'.join(difflib.unified_diff(body, got, '%s:%d' % (path, first + 1), 'printed', lineterm='')))
        new += lines[at:first] + ([escape(line) for line in got] if is_page else got)
        at = last
    new += lines[at:]
    if bless and new != lines:
        with open(path, 'w') as f:
            f.write('\n'.join(new))
    return n, wrong


def main():
    program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    documents = sys.argv[3:] or [name for pattern in ('README.md', 'examples/*/README.md', 'man/*.[1-8]')
                                 for name in sorted(glob.glob(os.path.join(source, pattern)))]
    bless = os.environ.get('NINES_BLESS') == '1'
    env = {'PATH': os.path.dirname(program) + ':' + os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'NO_COLOR': '1',
           'HOME': '/nonexistent'}
    total = wrong = 0
    with tempfile.TemporaryDirectory() as work:
        for name in ('README.md', 'examples', 'man'):
            path = os.path.join(source, name)
            if os.path.isdir(path):
                shutil.copytree(path, os.path.join(work, name))
            elif os.path.exists(path):
                shutil.copy(path, work)
        for document in documents:
            folder = os.path.join(work, os.path.relpath(os.path.dirname(os.path.abspath(document)), source))
            n, bad = check(document, folder, env, bless)
            total += n
            wrong += bad
    print('%d blocks run, %d differ' % (total, wrong))
    if not total:
        print('skipped: no document has a block')
    sys.exit(77 if not total else 1 if wrong and not bless else 0)


main()
