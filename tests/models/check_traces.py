#!/usr/bin/env python3
"""Traces of one run in every format, read by parsers of our own, must tell the same; a filtered trace must be the
whole one cut to what the filter shows.

check_traces.py AIE4ML_COMPILE AIE4ML_SIM MODEL.onnx
"""
import collections
import csv
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def fail(text):
    sys.exit('check_traces: ' + text)


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        fail(f'{command}: exit {done.returncode}\n{done.stderr}')
    return done.stdout


def read_csv(path):
    with open(path, newline='') as file:
        return list(csv.DictReader(line for line in file if not line.startswith('#')))


class Vcd:
    """Variables by their path, each with its changes [(time, value)]."""

    def __init__(self, path):
        self.variables, codes, scopes = {}, {}, []
        words = iter(open(path).read().split())
        time, in_header, last = None, True, None
        for word in words:
            if in_header and word.startswith('$'):
                body = []
                if word != '$enddefinitions':
                    for inner in words:
                        if inner == '$end':
                            break
                        body.append(inner)
                if word == '$scope':
                    scopes.append(body[1])
                elif word == '$upscope':
                    scopes.pop()
                elif word == '$var':
                    name = '.'.join(scopes + [body[3]])
                    if name in self.variables:
                        fail(f'{path}: {name} is declared twice')
                    if body[2] in codes:
                        fail(f'{path}: code {body[2]} is given twice')
                    self.variables[name] = codes[body[2]] = []
                elif word == '$enddefinitions':
                    in_header = False
                    next(words)
                continue
            if word[0] == '#':
                now = int(word[1:])
                if last is not None and now <= last:
                    fail(f'{path}: time goes from {last} to {now}')
                time = last = now
            elif word[0] in '01':
                codes[word[1:]].append((time, int(word[0])))
            elif word[0] in 'bs':
                value = word[1:]
                if word[0] == 'b':
                    value = None if value == 'x' else int(value, 2)
                codes[next(words)].append((time, value))
            else:
                fail(f'{path}: what is {word!r}?')
        if scopes:
            fail(f'{path}: scopes stay open: {scopes}')
        self.end = last
        for name, changes in self.variables.items():
            if not changes or changes[0][0] != 0:
                fail(f'{path}: {name} has no value at time 0')
            for before, after in zip(changes, changes[1:]):
                if before[1] == after[1] or before[0] >= after[0]:
                    fail(f'{path}: {name} changes from {before} to {after}')


def identifier(text):
    return re.sub('[^0-9A-Za-z]+', '_', text).strip('_')


def one_word(text):
    return re.sub('[^!-~]', '_', text)


def waveform(events, state_of):
    """What a variable shows, from slices in order of time."""
    changes = {0: '-'}
    for event in events:
        changes[int(event['begin_cycle'])] = state_of(event)
        changes[int(event['end_cycle'])] = '-'
    result = []
    for time in sorted(changes):
        if not result or result[-1][1] != changes[time]:
            result.append((time, changes[time]))
    return result


def check_vcd(vcd, rows):
    by_track = collections.defaultdict(list)
    for row in rows:
        by_track[row['tile'], row['unit']].append(row)
    states = {name: changes for name, changes in vcd.variables.items() if name.endswith('.state')}
    checked = 0
    for (tile, unit), events in by_track.items():
        slices = sorted((e for e in events if e['event'] == 'slice'), key=lambda e: int(e['begin_cycle']))
        values = [e for e in events if e['event'] == 'value']
        if values:
            name = identifier(unit)
            found = [changes for path, changes in vcd.variables.items()
                     if path.endswith('.' + name) and (identifier(tile) + '_' in path or identifier(tile) + '.' in path)]
            expected = {0: 0}
            for event in values:
                expected[int(event['begin_cycle'])] = int(event['value'])
            series = []
            for time in sorted(expected):
                if not series or series[-1][1] != expected[time]:
                    series.append((time, expected[time]))
            if series not in found:
                fail(f'{tile} {unit}: values {series[:5]} are not in the VCD: {found}')
        else:
            def state_of(event):
                if not event['stall']:
                    return one_word(event['name'])
                if event['stall'] == 'idle':
                    return 'idle'
                return f"stall_{event['stall']}_{one_word(event['name'])}"
            expected = waveform(slices, state_of)
            tail = f'.{identifier(unit)}.state'
            found = [changes for path, changes in states.items()
                     if path.endswith(tail) and (not tile or re.search(rf'\.{identifier(tile)}(_[^.]*)?\.', path))]
            if expected not in found:
                fail(f'{tile} {unit}: {expected[:6]} is not in the VCD: {[f[:6] for f in found]}')
        checked += 1
    if checked < 20:
        fail(f'only {checked} tracks')
    return checked


def check_rows(rows, report):
    """Slices of a track follow each other, and the critical path is that of the report."""
    ends = collections.defaultdict(int)
    tracks = collections.defaultdict(list)
    for row in rows:
        if row['event'] == 'slice':
            tracks[row['tile'], row['unit']].append((int(row['begin_cycle']), int(row['end_cycle']), row['name']))
    for track, slices in tracks.items():
        for begin, end, name in slices:
            if begin < ends[track] or end <= begin:
                fail(f'{track}: {name} {begin}..{end} begins before {ends[track]}')
            ends[track] = end
        if max(end for _, end, _ in slices) > report['total_cycles']:
            fail(f'{track} goes on after the run')
    path = tracks['', 'critical path to the first output']
    pieces = report['critical_path']['pieces']
    if [(end - begin) for begin, end, _ in path] != [piece['cycles'] for piece in pieces]:
        fail('the critical path of the trace is not that of the report')
    if sum(end - begin for begin, end, _ in path) != report['latency']['first_output_cycles']:
        fail('the critical path does not add up to the latency')


def cut(rows, first, last, keep):
    result = set()
    for row in rows:
        begin, end = int(row['begin_cycle']), int(row['end_cycle'])
        if keep(row) and row['event'] == 'slice' and end > first and begin <= last:
            result.add((row['tile'], row['unit'], row['name'], max(begin, first), min(end, last + 1)))
    return result


def main():
    compiler, simulator, model = sys.argv[1:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix='aie4ml_traces_'))
    try:
        run(compiler, model, '-o', 'fw', cwd=folder)

        def simulate(form, *more):
            run(simulator, 'fw', '--iterations', '3', f'--trace=t.{form}', '--trace-format', form, '--report', 'r.json',
                '--deterministic', *more, cwd=folder)
            return folder / f't.{form}'

        rows = read_csv(simulate('csv'))
        report = json.loads((folder / 'r.json').read_text())
        check_rows(rows, report)
        vcd_file = simulate('vcd')
        vcd = Vcd(vcd_file)
        if vcd.end != report['total_cycles']:
            fail(f"the VCD ends at {vcd.end}, the run at {report['total_cycles']}")
        checked = check_vcd(vcd, rows)
        if shutil.which('vcd2fst'):
            run('vcd2fst', 't.vcd', 't.fst', cwd=folder)
            back = run('fst2vcd', 't.fst', cwd=folder) if shutil.which('fst2vcd') else ''
            if back and back.count('$var') != vcd_file.read_text().count('$var'):
                fail('GTKWave reads another number of variables')

        whole = (folder / 'r.json').read_bytes()
        part = read_csv(simulate('csv', '--trace-filter', 'tile=*,0;kind=core,dma;cycles=100..600'))
        if (folder / 'r.json').read_bytes() != whole:
            fail('a filter changed the report')
        shown = cut(part, 0, 10**9, lambda row: True)
        expected = cut(rows, 100, 600, lambda row: re.fullmatch(r'tile \(\d+,0\)', row['tile']) and
                       re.fullmatch(r'core|(MM2S|S2MM) \d', row['unit']))
        if not expected or shown != expected:
            fail(f'the filtered trace has {len(shown)} slices, expected {len(expected)}: {sorted(shown ^ expected)[:5]}')
        print(f'{checked} tracks agree, {len(expected)} filtered slices')
    finally:
        shutil.rmtree(folder)


main()
