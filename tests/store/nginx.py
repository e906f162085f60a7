#!/usr/bin/env python3
"""nginx.py PROGRAM create|copytruncate: a real nginx under load, logrotate itself, and `nines ingest` in a loop.

create: rename, make a new file, USR1, wait until nobody has the old one open, delaycompress.  copytruncate: nginx is not told.  In the end the store must hold
each request once: all that nginx served; with copytruncate all lines that are left in the files, since logrotate itself
loses what is written between its copy and its truncation."""
import glob
import gzip
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM, KIND = os.path.abspath(sys.argv[1]), sys.argv[2]
SECONDS, CLIENTS, EVERY_S = 5, 3, 0.2

NGINX = """
daemon off;
master_process on;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 64; }}
http {{
    log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                     '"$http_referer" "$http_user_agent" $request_time';
    access_log {folder}/access.log timed;
    client_body_temp_path {folder}/t1;
    proxy_temp_path {folder}/t2;
    fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4;
    scgi_temp_path {folder}/t5;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 200 "here\\n"; }}
        location /lost {{ return 404; }}
    }}
}}
"""
ROTATE = {
    'create': """{folder}/access.log {{
    rotate 1000
    {su}
    create 0644
    compress
    delaycompress
    missingok
    nodateext
    postrotate
        kill -USR1 `cat {folder}/nginx.pid`
        while ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q '{folder}/access.log.1$'; do sleep 0.01; done
    endscript
}}
""",
    'copytruncate': """{folder}/access.log {{
    rotate 1000
    {su}
    copytruncate
    compress
    missingok
    nodateext
}}
""",
}
CONFIG = """version: 1
logs: { format: combined+time }
window: all
journeys:
  - name: all
    slis: [{ name: availability, valid: { path: ^/ }, good: { status: '^2' }, objective: 99% }]
"""


def skip(why):
    print('skipped: ' + why)
    sys.exit(77)


def find(name):
    return shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')


def free_port():
    try:
        with socket.socket() as s:
            s.bind(('127.0.0.1', 0))
            return s.getsockname()[1]
    except OSError as e:
        return skip(f'no port can be bound: {e}')


def write(path, text):
    with open(path, 'w', encoding='ascii') as f:
        f.write(text)


class Load(threading.Thread):
    """Requests over one connection, no two alike."""

    def __init__(self, port, number, stop):
        super().__init__()
        self.port, self.number, self.stop = port, number, stop
        self.served = self.good = 0

    def run(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=60)
        while not self.stop.is_set():
            path = '/lost' if self.served % 10 == 0 else ''
            connection.request('GET', f'{path}/{self.number}/{self.served}')
            response = connection.getresponse()
            response.read()
            self.served += 1
            self.good += response.status == 200
        connection.close()


class Loop(threading.Thread):
    """A command again and again; what it said when it failed."""

    def __init__(self, stop, command, pause):
        super().__init__()
        self.stop, self.command, self.pause = stop, command, pause
        self.runs, self.failures = 0, []

    def run(self):
        while not self.stop.is_set():
            done = subprocess.run(self.command, capture_output=True, text=True, check=False,
                                  stdin=subprocess.DEVNULL)
            self.runs += 1
            if done.returncode != 0:
                self.failures.append((done.returncode, done.stdout + done.stderr))
            self.stop.wait(self.pause)


def start_nginx(folder, port):
    write('nginx.conf', NGINX.format(folder=folder, port=port,
                                     user='user root;' if os.getuid() == 0 else ''))
    server = subprocess.Popen([find('nginx'), '-p', folder, '-c', f'{folder}/nginx.conf',
                               '-e', f'{folder}/error.log'], stderr=subprocess.PIPE)
    for _ in range(600):
        try:
            socket.create_connection(('127.0.0.1', port)).close()
            return server
        except OSError:
            if server.poll() is not None:
                skip('nginx does not start: ' + server.stderr.read().decode(errors='replace'))
            time.sleep(0.05)
    return skip('nginx does not answer')


def lines_left():
    n = 0
    for name in glob.glob('access.log*'):
        with gzip.open(name) if name.endswith('.gz') else open(name, 'rb') as f:
            n += sum(1 for line in f if line.strip(b'\0\n'))
    return n


def under_load(folder):
    port = free_port()
    server = start_nginx(folder, port)
    stop, quiet = threading.Event(), threading.Event()
    load = [Load(port, i, quiet) for i in range(CLIENTS)]
    rotate = Loop(stop, [find('logrotate'), '-f', '-s', f'{folder}/logrotate.state',
                         f'{folder}/logrotate.conf'], EVERY_S)
    ingest = Loop(stop, [PROGRAM, 'ingest', '-q', '-c', 'nines.yaml', '--state', 'nines.db',
                         f'{folder}/access.log*'], 0)
    everyone = load + [rotate, ingest]
    for thread in everyone:
        thread.start()
    time.sleep(SECONDS)
    quiet.set()
    for thread in load:
        thread.join()
    stop.set()
    rotate.join()
    ingest.join()
    # nginx writes a line before it answers the next request, and all of them before it ends.
    server.send_signal(signal.SIGQUIT)
    server.wait()
    return load, rotate, ingest


def is_fine(status, text):
    """With copytruncate an ingest may have read more than logrotate copied: then it cannot know what it missed."""
    return status == 0 or (KIND == 'copytruncate' and status == 3 and ' may be missing' in text)


def check(folder, load, rotate, ingest):
    last = subprocess.run([PROGRAM, 'ingest', '-c', 'nines.yaml', '--state', 'nines.db',
                           f'{folder}/access.log*'], stdin=subprocess.DEVNULL, check=False,
                          capture_output=True, text=True)
    assert is_fine(last.returncode, last.stderr), last
    report = subprocess.run([PROGRAM, 'report', '-c', 'nines.yaml', '--state', 'nines.db', '-f', 'json', '--as-of', '2100-01-01T00:00:00Z'],
                            stdin=subprocess.DEVNULL, check=False, capture_output=True, text=True)
    assert is_fine(report.returncode, report.stderr), report
    said = json.loads(report.stdout)
    objective = said['journeys'][0]['slis'][0]['objectives'][0]
    served, good = sum(c.served for c in load), sum(c.good for c in load)
    left = lines_left()
    print(f'{KIND}: {served} requests, {left} lines in {len(glob.glob("access.log*"))} files, '
          f'{said["input"]["lines"]} counted; {rotate.runs} rotations, {ingest.runs} ingests')
    assert rotate.runs > 3 and ingest.runs > 3 and served > 100
    assert not rotate.failures, rotate.failures[0]
    bad = [f for f in ingest.failures if not is_fine(*f)]
    assert not bad, (len(bad), bad[0])
    if KIND == 'create':
        assert left == served, 'nginx and logrotate lost lines of themselves'
        assert objective['good'] == good, (objective, good)
        assert objective['valid'] == served, (objective, served)
    # What logrotate itself lost, an ingest may have read before.
    assert left <= said['input']['lines'] <= served, 'lines that are in the files'
    assert objective['valid'] == said['input']['lines'], objective


def main():
    if not find('nginx'):
        skip('nginx is not installed')
    if not find('logrotate'):
        skip('logrotate is not installed')
    for name in ('NINES_CONFIG', 'STATE_DIRECTORY'):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        os.chdir(folder)
        write('nines.yaml', CONFIG)
        su = 'su root root' if os.getuid() == 0 else ''
        write('logrotate.conf', ROTATE[KIND].format(folder=folder, su=su))
        os.chmod('logrotate.conf', 0o644)
        try:
            check(folder, *under_load(folder))
        finally:
            os.chdir('/')


main()
