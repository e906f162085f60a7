#!/usr/bin/env python3
"""busy.py PROGRAM: while another process holds the store's lock, ingest waits as long as --wait says and then ends with
75, having changed nothing; reading the store does not wait."""
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading

PROGRAM = os.path.abspath(sys.argv[1])
LINE = '192.0.2.1 - - [14/Jan/2025:10:00:%02d +0000] "GET / HTTP/1.1" 200 7 "-" "-" 0.001\n'
CONFIG = """version: 1
logs: { format: combined+time }
window: all
journeys:
  - name: all
    slis: [{ name: availability, valid: { path: . }, good: { status: '^2' }, objective: 99% }]
"""


def nines(*args):
    return subprocess.run([PROGRAM, *args, '--state', 'nines.db', '-c', 'nines.yaml'],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def lines():
    report = nines('report', '-f', 'json', '--as-of', '2025-01-20T00:00:00Z')
    assert report.returncode == 0, report
    return '"lines":%d' % 2 in report.stdout, '"lines":%d' % 3 in report.stdout


def main():
    for name in ('NINES_CONFIG', 'STATE_DIRECTORY'):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open('nines.yaml', 'w', encoding='ascii') as f:
            f.write(CONFIG)
        with open('x.log', 'w', encoding='ascii') as f:
            f.write(LINE % 1 + LINE % 2)
        done = nines('ingest', 'x.log')
        assert done.returncode == 0, done
        with open('x.log', 'a', encoding='ascii') as f:
            f.write(LINE % 3)

        holder = sqlite3.connect('nines.db', isolation_level=None, check_same_thread=False)
        holder.execute('BEGIN IMMEDIATE')
        busy = nines('ingest', '--wait', '0s', 'x.log')
        assert busy.returncode == 75 and busy.stderr, busy
        assert lines() == (True, False), 'the store can be read meanwhile, and is unchanged'

        # One that waits gets its turn when the lock is given back.
        release = threading.Timer(0.3, holder.execute, ['ROLLBACK'])
        release.start()
        waited = nines('ingest', '--wait', '600s', 'x.log')
        release.join()
        holder.close()
        assert waited.returncode == 0, waited
        assert lines() == (False, True), 'and counts what is new'
        os.chdir('/')
    print('75 while the lock is held, 0 after it')


main()
