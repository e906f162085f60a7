"""schema.py PROGRAM SOURCE_DIR: see schema.sh."""
import glob
import json
import os
import subprocess
import sys

import jsonschema
import yaml

program, source = os.path.abspath(sys.argv[1]), sys.argv[2]
problems = []
checked = 0


def nines(*args, folder='.'):
    run = subprocess.run([program, *args], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return run.returncode, run.stdout


def validator(name):
    schema = json.loads(nines('schema', name)[1])
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def check(against, value, what):
    global checked
    checked += 1
    for e in against.iter_errors(value):
        problems.append('%s: at %s: %s' % (what, '/'.join(map(str, e.absolute_path)), e.message[:300]))


class Strings(yaml.SafeLoader):
    """Times stay text, as in the schema."""


Strings.yaml_implicit_resolvers = {c: [(tag, r) for tag, r in found if not tag.endswith(':timestamp')]
                                   for c, found in yaml.SafeLoader.yaml_implicit_resolvers.items()}
config, report, backfill = validator('config'), validator('report'), validator('backfill')
for path in sorted(glob.glob(source + '/**/*.yaml', recursive=True)):
    folder = os.path.dirname(path)
    if '/build/' in path or nines('gate', '-q', '-c', os.path.basename(path), '-', folder=folder)[0] == 2:
        continue
    with open(path) as f:
        check(config, yaml.load(f, Strings), path)
    for log in sorted(glob.glob(folder + '/*.log*')):
        rc, out = nines('report', '-c', os.path.basename(path), '-f', 'json', os.path.basename(log), folder=folder)
        if out:
            check(report, json.loads(out), '%s of %s' % (path, os.path.basename(log)))
        rc, out = nines('backfill', '-c', os.path.basename(path), '-f', 'json', os.path.basename(log), folder=folder)
        if out:
            check(backfill, json.loads(out), 'history by %s of %s' % (path, os.path.basename(log)))
print('\n'.join(problems[:60]))
print('%d documents checked, %d problems' % (checked, len(problems)))
sys.exit(1 if problems or not checked else 0)
