#!/usr/bin/env python3
"""data.py PROGRAM FOLDER [CASE...]: the counts of real logs against counts that other tools made.

FOLDER holds real access logs, each with a truth.json: lines, records, events by status and by UTC day, journeys,
latencies. Every figure that nines can give is compared; where the folder is absent the test is skipped (77).
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import date, timedelta

COMBINED = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
INGRESS = (COMBINED + ' $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name]'
           ' $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id')
HAPROXY = (r' \[(?<time>\d\d/[A-Z][a-z]{2}/\d{4}:[\d:.]+)\] .* [-\d]+/[-\d]+/[-\d]+/[-\d]+/\+?(?<duration_ms>[-\d]+)'
           r' (?<status>-?\d+) .*"(?<request>[^"]*)"?$')

# Log to format, as a config says it.
FORMATS = {
    'apache/beats_apache.log': 'common',
    'apache/beats_nginx.log': {'pattern': r'\[(?<time>[^]]+)\] "(?<request>.*?)" (?<status>\d+) '},
    'apache/lnav_access_log.log': 'combined',
    'apache/plaso_apache_access.log': {'pattern': r'\[(?<time>[^]]+)\] "(?<request>.*?)" (?<status>\d+) '},
    'apache/webreadr_combined.log': 'combined',
    'malformed/crowdsec_apache_malformed.log': 'combined',
    'malformed/crowdsec_nginx_malformed.log': 'combined',
    'malformed/lnav_bad_access_log.log': 'combined',
    # Those that counted this one took text after the duration for a malformed line; a directive ignores it.
    'nginx_request_time/alp_combined_rt.log': {'pattern': r'\[(?<time>[^]]+)\] "(?<request>[^"]*)" (?<status>\d+) \S+ '
                                                          r'"[^"]*" "[^"]*" "[^"]*" (?<duration>\S+)$'},
    'nginx_request_time/alp_json.log': {'json': {'time': 'time', 'method': 'method', 'uri': 'uri', 'status': 'status',
                                                 'bytes': 'body_bytes', 'duration': 'response_time', 'agent': 'ua'}},
    'nginx_request_time/alp_ltsv.log': {'pattern': r'^time:(?<time>\S+)\tmethod:(?<method>\S+)\turi:(?<uri>\S+)\t'
                                                   r'status:(?<status>\d+)\tsize:\S+\tapptime:(?<duration>\S+)'},
    'ingress_nginx/beats_ingress.log': INGRESS,
    # Here a response without a status is malformed to them, and a record to a directive.
    'traefik/crowdsec_traefik_clf.log': {'pattern': r'\[(?<time>[^]]+)\] "(?<request>[^"]*)" (?<status>\d+) .* '
                                                    r'(?<duration>\d+ms)$'},
    'traefik/crowdsec_traefik_json.log': 'json',
    'traefik/crowdsec_traefik_json_80.log': 'json',
    # Another logger shares this file; its lines have no status.
    'caddy/crowdsec_caddy_json.log': {'pattern': r'"ts":(?<time>[\d.]+),"logger":"http\.log\.access.*"duration":'
                                                 r'(?<duration>[\d.e-]+),"size":\d+,"status":(?<status>\d+)'},
    'caddy/lnav_caddy_json.log': 'json',
    'caddy/lnav_caddy_docker_mixed.log': {'pattern': r'"ts":(?<time>[\d.]+),"logger":"http\.log\.access.*"duration":'
                                                     r'(?<duration>[\d.e-]+),"size":\d+,"status":(?<status>\d+)'},
    'gcp_lb/gcp_lb.ndjson': 'json',
    'azure_appgw/plaso_appgw.json': {'json': {'time': 'timeStamp', 'method': 'properties.httpMethod',
                                              'uri': 'properties.requestUri', 'status': 'properties.httpStatus',
                                              'duration': 'properties.timeTaken'}},
    'cloudflare/lnav_cloudflare.json': {'json': {'time': 'EdgeStartTimestamp', 'method': 'ClientRequestMethod',
                                                 'uri': 'ClientRequestURI', 'status': 'EdgeResponseStatus'}},
    'envoy/crowdsec_envoy_crawl.log': {'pattern': r'"start_time":"(?<time>[^"]+)".*"response_code":(?<status>\d+)'},
    'envoy/crowdsec_envoy_cri_json.log': {'pattern': r'^(?=.*(?:"start_time":"|F \[)(?<time>[^"\]]+Z))'
                                                     r'(?=.*(?:"response_code":|" )(?<status>\d{3})\b)'
                                                     r'(?=.*(?:"duration":|" \d{3} \S+ \d+ \d+ )(?<duration_ms>\d+))'},
    'envoy/beats_envoy_text_in_docker_json.log': {'pattern': r'ACCESS \[(?<time>[^]]+)\] \\"(?<request>[A-Z]+ .*?)\\" '
                                                  r'(?<status>\d+) \S+ \d+ \d+ (?<duration_ms>\d+)'},
    'haproxy/beats_haproxy.log': {'pattern': HAPROXY},
    'haproxy/crowdsec_haproxy.log': {'pattern': HAPROXY},
    'haproxy/lnav_haproxy.log': {'pattern': HAPROXY},
    'aws_alb/awsdocs_alb.log': {'pattern': r'^\S+ (?<time>\S+) (?:\S+ ){6}(?<status>\S+) '},
    'aws_alb/crowdsec_alb.log': {'pattern': r'^\S+ (?<time>\S+) (?:\S+ ){6}(?<status>\S+) '},
    'aws_alb/opensearch_alb.log': {'pattern': r'^\S+ (?<time>\S+) (?:\S+ ){6}(?<status>\S+) '},
    'aws_elb_classic/awsdocs_elb.log': {'pattern': r'^(?<time>\S+) (?:\S+ ){6}(?<status>\S+) '},
    'aws_elb_classic/beats_elb_http.log': {'pattern': r'^(?<time>\S+) (?:\S+ ){6}(?<status>\S+) '},
    'aws_elb_classic/otel_clb.log': {'pattern': r'^(?<time>\S+) (?:\S+ ){6}(?<status>\S+) '},
    'aws_s3/awsdocs_s3.log': {'pattern': r'\[(?<time>[^]]+)\] (?:\S+ ){5}"(?<request>[^"]*)" (?<status>\d+) (?:\S+ ){3}'
                                         r'(?<duration_ms>\S+) '},
    'aws_s3/opensearch_s3.log': {'pattern': r'\[(?<time>[^]]+)\] (?:\S+ ){5}"(?<request>[^"]*)" (?<status>\d+) '
                                            r'(?:\S+ ){3}(?<duration_ms>\S+) '},
    'aws_s3/webreadr_s3.log': {'pattern': r'\[(?<time>[^]]+)\] (?:\S+ ){5}"(?<request>[^"]*)" (?<status>\d+) (?:\S+ ){3}'
                                          r'(?<duration_ms>\S+) '},
}
# The latency of these is in no single field, or the truth's is another than the format's.
WITHOUT_LATENCY = ('aws_alb/', 'aws_elb_classic/')
LOGS = {
    'nasa_short/access.log': 'common',
    'elastic_apache_logs/access.log': 'combined',
    'elastic_nginx_logs/access.log.gz': 'combined',
}
NASA_JSON = {'json': {'time': 'timestamp', 'status': 'error_code', 'request': 'message'}}
BELOW = {'lt400': '^0*([0-9]{1,2}|[0-3][0-9]{2})$', 'lt500': '^0*([0-9]{1,2}|[0-4][0-9]{2})$'}
INCIDENT = {  # journeys of nasa_incident_ndjson, as its truth defines them
    'all': {'status': '.'},
    'cgi_bin': {'path': '^/cgi-bin/'},
    'geturlstats': {'path': '^/cgi-bin/geturlstats.pl'},
    'images': {'path': '^/images/'},
    'missions': {'path': '^/shuttle/missions/'},
}


class Suite:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.compared, self.wrong = 0, []
        self.work = tempfile.TemporaryDirectory()
        self.config = os.path.join(self.work.name, 'nines.yaml')

    def same(self, what, want, got):
        self.compared += 1
        if want != got:
            self.wrong.append('%s: %s wanted, %s counted' % (what, want, got))

    def configure(self, fmt, journeys, zone='UTC'):
        """journeys: {journey: (valid, {sli: good})}. JSON is YAML."""
        spec = {'version': 1, 'logs': {'format': fmt, 'max_unparsed': '100%', 'timezone': zone}, 'window': 'all',
                'journeys': [{'name': name, **({'valid': valid} if valid else {}),
                              'slis': [{'name': sli, 'good': good, 'objective': '50%'} for sli, good in slis.items()]}
                             for name, (valid, slis) in journeys.items()]}
        with open(self.config, 'w') as f:
            json.dump(spec, f)

    def report(self, log, *options):
        run = subprocess.run([self.program, 'report', '-c', self.config, '-f', 'json', *options,
                              os.path.join(self.folder, log)], capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError('%s: exit status %d\n%s' % (log, run.returncode, run.stderr))
        return json.loads(run.stdout)


def counts(report):
    """{(journey, sli): objective}"""
    return {(j['name'], s['name']): s['objectives'][0] for j in report['journeys'] for s in j['slis']}


def day(text):
    first = date.fromisoformat(text)
    return '--since', text, '--until', (first + timedelta(days=1)).isoformat()


def latency_bound(key):
    """le_0.06s, le_1e+06ns, le_10ms -> a duration as configs write it."""
    number, unit = re.fullmatch(r'le_([\d.e+-]+?)(s|ms|us|ns)', key).groups()
    ns = float(number) * {'s': 1e9, 'ms': 1e6, 'us': 1e3, 'ns': 1}[unit]
    return ('%.6f' % (ns / 1e6)).rstrip('0').rstrip('.') + 'ms'


def check_input(suite, name, report, truth):
    seen, records = report['input'], truth.get('records', {})
    lines = truth['quirks']['lines']
    suite.same(name + ' lines', lines, seen['lines'])
    if not records:
        malformed = truth['quirks'].get('malformed_lines', 0)
        records = {'ok': lines - malformed, 'malformed': malformed}
    suite.same(name + ' ok', records.get('ok', 0), seen['parsed'])
    suite.same(name + ' blank', records.get('blank', 0), seen['blank'])
    suite.same(name + ' comments', records.get('comment', 0), seen['comments'])
    suite.same(name + ' malformed', sum(n for k, n in records.items() if k not in ('ok', 'blank', 'comment')),
               seen['unparsed'])


def check_status(suite, name, fmt, log, truth):
    statuses = {'s' + code: ({'status': '^%s$' % code}, {'all': {'status': '.'}})
                for code in truth['status'] if code != '-'}
    if not statuses:
        return
    suite.configure(fmt, statuses)
    got = counts(suite.report(log))
    for code, n in truth['status'].items():
        if code != '-':
            suite.same('%s status %s' % (name, code), n, got['s' + code, 'all']['valid'])


def check_days(suite, name, fmt, log, days):
    suite.configure(fmt, {'all': (None, {'any': {'line': '.'}})})
    for text, n in days.items():
        suite.same('%s on %s' % (name, text), n, suite.report(log, *day(text))['input']['judged'])


def check_format(suite, name, fmt, truth):
    log = 'formats/' + name
    within = {key: latency_bound(key) for key in truth['latency'] if key.startswith('le_')}
    timed = within and not name.startswith(WITHOUT_LATENCY)
    journeys = {'availability': ({'status': '^[0-9]+$'}, {k: {'status': p} for k, p in BELOW.items()})}
    if timed:
        journeys['latency'] = (None, {'within_' + bound: {'within': bound} for bound in within.values()})
    suite.configure(fmt, journeys)
    report = suite.report(log)
    check_input(suite, name, report, truth)
    got = counts(report)
    for key in BELOW:
        suite.same('%s valid' % name, truth['availability']['valid'], got['availability', key]['valid'])
        suite.same('%s %s' % (name, key), truth['availability'][key], got['availability', key]['good'])
    for key in within if timed else ():
        sli = got['latency', 'within_' + within[key]]
        suite.same('%s latency present' % name, truth['latency']['present'], sli['valid'] - sli['missing'])
        suite.same('%s latency %s' % (name, key), truth['latency'][key], sli['good'])
    check_status(suite, name, fmt, log, truth)
    check_days(suite, name, fmt, log, truth['per_utc_day'])


def check_log(suite, log, fmt, truth):
    good = {k: {'status': p} for k, p in BELOW.items()}
    journeys = {}
    for name, journey in truth['journeys'].items():
        rule = dict(journey['rule'])
        excluded = rule.pop('exclude_status', None)
        if excluded:
            rule['not'] = {'status': '^(%s)$' % '|'.join(map(str, excluded))}
        journeys[name] = (rule, good)
    suite.configure(fmt, journeys)
    whole = suite.report(log)
    check_input(suite, log, whole, truth)
    suite.same(log + ' first event', truth['first_ts_utc'], whole['input']['first_event'])
    suite.same(log + ' last event', truth['last_ts_utc'], whole['input']['last_event'])
    for text, n in [('total', None), *truth['lines_per_utc_day'].items()]:
        report = whole if n is None else suite.report(log, *day(text))
        got = counts(report)
        if n is not None:
            suite.same('%s lines on %s' % (log, text), n, report['input']['judged'])
        for name, journey in truth['journeys'].items():
            want = journey['total'] if n is None else journey['per_utc_day'].get(text, dict.fromkeys(('valid', *BELOW), 0))
            for key in BELOW:
                suite.same('%s %s %s valid' % (log, name, text), want['valid'], got[name, key]['valid'])
                suite.same('%s %s %s %s' % (log, name, text, key), want[key], got[name, key]['good'])
    check_status(suite, log, fmt, log, truth)


def check_incident(suite, truth):
    log, truth = 'nasa_incident_ndjson/logs.ndjson', truth['logs.ndjson']
    good = {k: {'status': p} for k, p in BELOW.items()}
    zone = 'America/New_York'
    suite.configure(NASA_JSON, {name: (valid, good) for name, valid in INCIDENT.items()}, zone)
    for key, want in truth['journeys'].items():
        name, _, when = key.partition('|')
        options = ()
        local_hour = re.fullmatch(r'(\S+) (\d\d)h_local', when)
        if local_hour:
            hour = int(local_hour[2])
            options = ('--tz', zone, '--since', '%sT%02d:00' % (local_hour[1], hour), '--until',
                       '%sT%02d:00' % (local_hour[1], hour + 1))
        elif when:
            options = day(when)
        got = counts(suite.report(log, *options))
        for good_key in BELOW:
            suite.same('incident %s valid' % key, want['valid'], got[name, good_key]['valid'])
            suite.same('incident %s %s' % (key, good_key), want[good_key], got[name, good_key]['good'])
    check_status(suite, 'incident', NASA_JSON, log, truth)


def main():
    program, folder, only = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if not os.path.isdir(folder):
        print('skipped: there is no %s' % folder)
        sys.exit(77)
    os.environ.update(TZ='UTC', LC_ALL='C')
    os.environ.pop('NINES_CONFIG', None)
    suite = Suite(program, folder)

    def truth(name):
        with open(os.path.join(folder, name, 'truth.json')) as f:
            return json.load(f)

    cases = [(log, lambda log=log, fmt=fmt: check_log(suite, log, fmt, truth(os.path.dirname(log))))
             for log, fmt in LOGS.items()]
    cases.append(('nasa_incident_ndjson', lambda: check_incident(suite, truth('nasa_incident_ndjson'))))
    formats = truth('formats')
    cases += [(name, lambda name=name, fmt=fmt: check_format(suite, name, fmt, formats[name]))
              for name, fmt in FORMATS.items()]
    for name, run in cases:
        if only and not any(word in name for word in only):
            continue
        try:
            run()
        except (RuntimeError, KeyError, ValueError) as e:
            suite.wrong.append('%s: %s %s' % (name, type(e).__name__, e))
    print('\n'.join(suite.wrong[:100]))
    print('%d counts compared, %d wrong' % (suite.compared, len(suite.wrong)))
    sys.exit(1 if suite.wrong or not suite.compared else 0)


main()
