import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, knownProcess } from '@ccbot/shared/processes/known-process';
import type { Keystroke, PanesEvent } from './panes';
import { readShades } from './shade';
import { ptyRig, recorderRig, tmuxRig, type Rig, type StrayRig } from './fixtures/rigs';
import { strayIdOf, type Stray, type Strays } from './strays';

const START = '\u001b[200~';
const END = '\u001b[201~';

/** What a shell, tmux's parser, a format or a terminal could misread. */
const AWKWARD = [
  'plain words',
  '-x --flag',
  ';',
  'ends with ;',
  '\\;',
  'a ; kill-server ; b',
  "it's 'quoted' \"twice\"",
  '#{pane_id} #(date) #[fg=red] ##',
  '~ $HOME ${HOME} `id` $(id)',
  '%1 @2 {a} {',
  'back\\slash \\n \\u0041 \\',
  'tab\tin between',
  ' leading and trailing ',
  'äöü 你好 こんにちは 🎉👩‍👩‍👧‍👦 é',
  'Enter',
  '\u00a0\u200b',
];

const died =
  (session: string) =>
  (e: PanesEvent): boolean =>
    e.type === 'died' && e.session === session;
const outputs = (rig: Rig): PanesEvent[] => rig.events.filter((e) => e.type === 'output');

describe.each([
  ['tmux', () => tmuxRig()],
  ['a pty', () => ptyRig()],
  ['the recorder', () => recorderRig()],
] as const)('windows of %s', (name, makeRig) => {
  const real = name !== 'the recorder';
  let rig: Rig;
  beforeEach(async () => {
    rig = await makeRig();
  });
  afterEach(() => rig.dispose());

  it('lists a window that was opened', async () => {
    expect(await rig.panes.list()).toEqual([]);
    const state = await rig.launch('s1');
    expect(state).toMatchObject({ session: 's1', dead: false, exitStatus: null });
    expect(state.pid).toBeGreaterThan(1);
    expect(await rig.panes.list()).toEqual([state]);
    expect(rig.started('s1').cwd).toBe(rig.directory);
  });

  it('stores any note with a window', async () => {
    const note = JSON.stringify({ name: AWKWARD.join('\n'), '#{pid}': "it's" });
    const state = await rig.launch('s1', { note });
    expect(state.note).toBe(note);
    expect(await rig.panes.list()).toEqual([state]);
    expect((await rig.launch('s2')).note).toBeUndefined();
  });

  it('passes arguments and environment exactly', async () => {
    const request = rig.request('s1');
    const env = Object.fromEntries(AWKWARD.map((text, i) => [`CCBOT_T${i}`, `${text}\nx=y`]));
    await rig.launch('s1', { argv: [...request.argv, ...AWKWARD, '', 'two\nlines'], env });
    expect(rig.started('s1').argv).toEqual([...AWKWARD, '', 'two\nlines']);
    expect(rig.started('s1').env).toMatchObject(env);
  });

  it('types text exactly', async () => {
    await rig.launch('s1');
    let all = '';
    for (const text of AWKWARD) {
      await rig.panes.type('s1', [{ kind: 'text', text }]);
      all += text;
    }
    expect(await rig.received('s1', (text) => text.length >= all.length)).toBe(all);
  });

  it('types a text longer than any line of a channel', async () => {
    await rig.launch('s1');
    const text = '🎉;-#{}你'.repeat(4_000);
    await rig.panes.type('s1', [{ kind: 'text', text }]);
    expect(await rig.received('s1', (got) => got.length >= text.length)).toBe(text);
  });

  it('sends a long paste of many lines as a single bracketed paste', async () => {
    await rig.launch('s1');
    const text = Array.from({ length: 700 }, (_, i) => AWKWARD[i % AWKWARD.length]).join('\n');
    await rig.panes.type('s1', [
      { kind: 'paste', text },
      { kind: 'pause', ms: 20 },
      { kind: 'key', key: 'Enter' },
    ]);
    const whole = `${START}${text}${END}\r`;
    expect(await rig.received('s1', (got) => got.length >= whole.length)).toBe(whole);
  });

  it('marks a window with the keys that are typed, or alone', async () => {
    await rig.launch('s1');
    const mark = async (): Promise<string | undefined> => (await rig.panes.list())[0]?.typed;
    expect(await mark()).toBeUndefined();
    await rig.panes.type('s1', [], '17 next');
    expect(await mark()).toBe('17 next');
    await rig.panes.type('s1', [{ kind: 'text', text: 'a' }], AWKWARD[6]);
    expect(await rig.received('s1', (text) => text === 'a')).toBe('a');
    expect(await mark()).toBe(AWKWARD[6]);
    const unknown = rig.panes.type('s1', [{ kind: 'key', key: 'Entre' }], '18 next');
    await expect(unknown).rejects.toMatchObject({ reason: 'refused' });
    await rig.panes.type('s1', [{ kind: 'text', text: 'b' }]);
    expect(await mark()).toBe(AWKWARD[6]);
  });

  it('keeps the mark of a key that the user pressed beside that of a prompt', async () => {
    await rig.launch('s1');
    await rig.panes.type('s1', [{ kind: 'text', text: 'a' }], '17 text');
    await rig.panes.type('s1', [{ kind: 'text', text: 'b' }], '4711', 'pressed');
    expect(await rig.panes.list()).toMatchObject([{ typed: '17 text', pressed: '4711' }]);
    await rig.panes.type('s1', [], '17 enter');
    expect(await rig.panes.list()).toMatchObject([{ typed: '17 enter', pressed: '4711' }]);
  });

  it('types nothing for an empty text or paste', async () => {
    await rig.launch('s1');
    await rig.panes.type('s1', [
      { kind: 'paste', text: '' },
      { kind: 'text', text: '' },
      { kind: 'text', text: '.' },
    ]);
    expect(await rig.received('s1', (text) => text.endsWith('.'))).toBe('.');
  });

  it('presses named keys', async () => {
    await rig.launch('s1');
    const keys = ['C-j', 'Tab', 'Space', 'C-c', 'Up', 'Down', 'Left', 'Right', 'BSpace', 'BTab', '1', 'Escape', 'Enter']; // oxfmt-ignore
    await rig.panes.type(
      's1',
      keys.map((key): Keystroke => ({ kind: 'key', key })),
    );
    const sent = '\n\t \u0003\u001b[A\u001b[B\u001b[D\u001b[C\u007f\u001b[Z1\u001b\r';
    expect(await rig.received('s1', (text) => text.length >= sent.length)).toBe(sent);
  });

  it('refuses an unknown key and types nothing of the sequence', async () => {
    await rig.launch('s1');
    const wrong = rig.panes.type('s1', [
      { kind: 'text', text: 'before' },
      { kind: 'key', key: 'Entre' },
    ]);
    await expect(wrong).rejects.toMatchObject({ name: 'PanesError', reason: 'refused' });
    await rig.panes.type('s1', [{ kind: 'text', text: '.' }]);
    expect(await rig.received('s1', (text) => text.endsWith('.'))).toBe('.');
  });

  it('does not let two sequences for one session interleave', async () => {
    await rig.launch('s1');
    const letters = ['a', 'b', 'c', 'd'];
    await Promise.all(
      letters.map((text) =>
        rig.panes.type('s1', [
          { kind: 'text', text },
          { kind: 'pause', ms: 5 },
          { kind: 'paste', text },
          { kind: 'key', key: 'Enter' },
        ]),
      ),
    );
    const whole = letters.map((text) => `${text}${START}${text}${END}\r`).join('');
    expect(await rig.received('s1', (text) => text.length >= whole.length)).toBe(whole);
  });

  it('types into the right session', async () => {
    await Promise.all([rig.launch('s1'), rig.launch('s2')]);
    await Promise.all([
      rig.panes.type('s1', [{ kind: 'text', text: 'one' }]),
      rig.panes.type('s2', [{ kind: 'text', text: 'two' }]),
    ]);
    expect(await rig.received('s1', (text) => text.length >= 3)).toBe('one');
    expect(await rig.received('s2', (text) => text.length >= 3)).toBe('two');
  });

  it('reads the screen without escapes and trailing blanks', async () => {
    await rig.launch('s1');
    await rig.print('s1');
    const rows = await rig.shows('s1', (all) => all.some((row) => row.startsWith('mark')));
    expect(rows.slice(0, 2)).toEqual(['ready', 'mark 1 äöü 你好 🎉']);
    expect(rows.slice(2).join('')).toBe('');
  });

  it('captures the screen with its attributes, size and cursor', async () => {
    await rig.launch('s1');
    await rig.print('s1');
    await rig.shows('s1', (all) => all.some((row) => row.startsWith('mark')));
    const capture = await rig.panes.capture('s1');
    expect(capture).toMatchObject({ cols: 120, rows: 40, alternate: false });
    const [, row = ''] = capture.lines;
    // oxlint-disable-next-line no-control-regex
    expect(row.replace(/\u001b\[[\d;]*m/g, '').trimEnd()).toBe('mark 1 äöü 你好 🎉');
    if (!real) return;
    expect(capture.cursor).toEqual({ x: 0, y: 2 });
    expect(row).toContain('\u001b[');
  });

  it('captures faint text distinguishably, and clears the dirty bit', async () => {
    await rig.launch('s1');
    await rig.printFaint('s1');
    await rig.shows('s1', (all) => all.some((row) => row.includes('and this')));
    const { rows, firm } = readShades((await rig.panes.capture('s1')).lines);
    expect(rows.slice(1, 4)).toEqual(['red green dark faint 你 firm', 'all of it,', 'and this too']);
    expect(firm[0]).toBe('ready');
    expect(firm.slice(1, 4).map((row) => row.split(/\s+/).filter(Boolean))).toEqual([
      ['red', 'green', 'dark', 'firm'],
      [],
      ['too'],
    ]);
    expect(firm).toHaveLength(rows.length);
    await rig.panes.watch('s1', true);
    await rig.panes.capture('s1');
    const seen = rig.events.length;
    await rig.print('s1');
    await rig.event((e) => e.type === 'output', seen);
    await expect(rig.panes.capture('x')).rejects.toMatchObject({ reason: 'no-such-session' });
  });

  it('reports output of watched sessions only, once until the screen is read', async () => {
    await rig.launch('s1');
    await rig.launch('s2');
    await rig.print('s1');
    await rig.shows('s1', (rows) => rows.some((row) => row.startsWith('mark 1')));
    expect(outputs(rig)).toEqual([]);

    await rig.panes.watch('s2', true);
    expect(outputs(rig)).toEqual([{ type: 'output', session: 's2' }]); // what it printed before counts as output
    await rig.panes.screen('s2');
    const seen = rig.events.length;
    await rig.print('s1');
    await rig.print('s2');
    await rig.event((e) => e.type === 'output', seen);
    await rig.print('s2');
    await rig.shows('s1', () => true);
    expect(outputs(rig)).toEqual(Array(2).fill({ type: 'output', session: 's2' }));

    await rig.shows('s2', () => true);
    await rig.panes.watch('s2', false);
    const before = rig.events.length;
    await rig.print('s2');
    await rig.shows('s2', () => true);
    expect(rig.events.slice(before)).toEqual([]);
  });

  it('reports when a program ends, with its status, and keeps its last screen until the window is closed', async () => {
    await rig.launch('s1');
    await rig.exit('s1');
    expect(await rig.event(died('s1'))).toEqual({ type: 'died', session: 's1', exitStatus: 7 });
    expect(await rig.panes.list()).toMatchObject([{ session: 's1', dead: true, exitStatus: 7 }]);
    expect((await rig.panes.screen('s1'))[0]).toBe('ready');
    const typing = rig.panes.type('s1', [{ kind: 'text', text: 'too late' }]);
    await expect(typing).rejects.toMatchObject({ reason: 'refused' });
    await rig.panes.close('s1');
    expect(await rig.panes.list()).toEqual([]);
    expect(rig.events.map((e) => e.type)).toEqual(['died']);
  });

  it('closes a window and ends its program, without an event', async () => {
    const { pid } = await rig.launch('s1');
    const program = knownProcess(pid);
    await rig.panes.close('s1');
    expect(await rig.panes.list()).toEqual([]);
    expect(isRunning(program)).toBe(false);
    await rig.launch('s2'); // by now, everything about s1 has been reported
    expect(rig.events).toEqual([]);
  });

  it('opens a session again after its window was closed', async () => {
    await rig.launch('s1');
    await rig.panes.close('s1');
    await rig.panes.open(rig.request('s1'));
    expect(await rig.panes.list()).toMatchObject([{ session: 's1', dead: false }]);
  });

  it('refuses a second window for a session', async () => {
    const state = await rig.launch('s1');
    await expect(rig.panes.open(rig.request('s1'))).rejects.toMatchObject({ reason: 'refused' });
    expect(await rig.panes.list()).toEqual([state]);
  });

  it('rejects a session that was never opened', async () => {
    const unknown = { name: 'PanesError', reason: 'no-such-session' };
    await expect(rig.panes.type('x', [])).rejects.toMatchObject(unknown);
    await expect(rig.panes.screen('x')).rejects.toMatchObject(unknown);
    await expect(rig.panes.capture('x')).rejects.toMatchObject(unknown);
    await expect(rig.panes.watch('x', true)).rejects.toMatchObject(unknown);
    await expect(rig.panes.close('x')).rejects.toMatchObject(unknown);
  });

  it('does nothing after it is stopped', async () => {
    await rig.launch('s1');
    await rig.panes.watch('s1', true);
    const before = rig.events.length;
    await rig.panes.stop();
    const gone = { name: 'PanesError', reason: 'server-down' };
    await expect(rig.panes.list()).rejects.toMatchObject(gone);
    await expect(rig.panes.open(rig.request('s2'))).rejects.toMatchObject(gone);
    await expect(rig.panes.screen('s1')).rejects.toMatchObject(gone);
    await expect(rig.panes.type('s1', [])).rejects.toMatchObject(gone);
    expect(rig.events.slice(before)).toEqual([]);
  });

  if (!real) return;

  it('reports a missing program as one that ended', async () => {
    await rig.panes.open(rig.request('s1', { argv: ['/no/such/program', 'argument'] }));
    const event = await rig.event(died('s1'));
    expect(event).not.toMatchObject({ exitStatus: 0 });
    expect(event).not.toMatchObject({ exitStatus: null });
  });

  it('runs a program without arguments, whatever its name', async () => {
    await rig.panes.open(rig.request('s1', { argv: ["/no/such/pro'gram; echo $HOME"] }));
    const event = await rig.event(died('s1'));
    expect(event).not.toMatchObject({ exitStatus: 0 });
    await rig.panes.open(rig.request('s2', { argv: ['true'] }));
    expect(await rig.event(died('s2'))).toMatchObject({ exitStatus: 0 });
  });

  it('reports a program that a signal ended without a status', async () => {
    const { pid } = await rig.launch('s1');
    process.kill(pid, 'SIGKILL');
    expect(await rig.event(died('s1'))).toEqual({ type: 'died', session: 's1', exitStatus: null });
  });

  it.each([
    ['a directory that is missing', { cwd: '/no/such/directory' }],
    ['a file as directory', { cwd: process.execPath }],
    ['no program', { argv: [] }],
    ['a NUL in an argument', { argv: ['echo', 'a\0b'] }],
  ])('opens no window for %s', async (_, wrong) => {
    const failed = { name: 'PanesError', reason: 'spawn-failed' };
    await expect(rig.panes.open(rig.request('s1', wrong))).rejects.toMatchObject(failed);
    expect(await rig.panes.list()).toEqual([]);
  });

  it('opens no window for an id that tmux could misread', async () => {
    for (const id of ['', 'a b', 'a:b', 'a.b', '=x', '#{x}', 'x'.repeat(65)]) {
      await expect(rig.panes.open(rig.request(id))).rejects.toMatchObject({ reason: 'refused' });
    }
  });

  it('starts in a directory with any name', async () => {
    const cwd = join(rig.directory, "a #{pane_id} #(touch x) ## %H; 'q' $HOME ~ ü");
    mkdirSync(cwd);
    await rig.launch('s1', { cwd });
    expect(rig.started('s1').cwd).toBe(cwd);
  });

  it('kills a program that ignores the end of its window', async () => {
    const stubborn = "trap '' HUP TERM INT; echo stubborn; while :; do sleep 1; done";
    const { pid } = await rig.panes.open(rig.request('s1', { argv: ['/bin/sh', '-c', stubborn] }));
    await rig.shows('s1', (rows) => rows[0] === 'stubborn');
    const program = knownProcess(pid);
    await rig.panes.close('s1');
    expect(isRunning(program)).toBe(false);
  });

  it('does not block a program that prints much while nobody watches', async () => {
    const argv = ['/bin/sh', '-c', 'yes 0123456789012345678901234567890 | head -c 4000000; exit 3'];
    await rig.panes.open(rig.request('s1', { argv }));
    expect(await rig.event(died('s1'))).toMatchObject({ exitStatus: 3 });
  });
});

describe.each([
  ['tmux', () => tmuxRig()],
  ['the recorder', () => recorderRig()],
] as const)('strays of %s', (_, makeRig) => {
  const gone = { name: 'PanesError', reason: 'no-such-session' };
  let rig: StrayRig;
  let strays: Strays;
  let stray: Stray;
  beforeEach(async () => {
    rig = await makeRig();
    if (rig.panes.strays === undefined) throw new Error('no strays');
    ({ strays } = rig.panes);
    await rig.openStray();
    [stray] = (await strays.list()) as [Stray];
  });
  afterEach(() => rig.dispose());

  it('lists the panes without a session, and no windows of sessions', async () => {
    await rig.launch('s1');
    expect((await strays.list()).map(({ id }) => id)).toEqual([stray.id]);
    expect(stray).toMatchObject({ tmuxSession: 'other', window: 'mine', ours: false, dead: false });
    expect(stray.id).toBe(strayIdOf(stray));
  });

  it('turns a stray into the window of a session', async () => {
    const tied = await strays.tie(stray.id, 's1', 'a note');
    const { pane, pid } = stray;
    expect(tied).toMatchObject({ session: 's1', pane, pid, dead: false, note: 'a note', adopted: true });
    expect(await rig.panes.list()).toEqual([tied]);
    expect(await strays.list()).toEqual([]);
    await expect(strays.tie(stray.id, 's2', '')).rejects.toMatchObject(gone);
    await expect(strays.close(stray.id)).rejects.toMatchObject(gone);
    await rig.panes.type('s1', [{ kind: 'text', text: 'x' }]);
  });

  it('makes a released window the same stray again, without an event', async () => {
    await strays.tie(stray.id, 's1', 'a note');
    await strays.untie('s1');
    await strays.untie('s1');
    expect(await rig.panes.list()).toEqual([]);
    expect((await strays.list()).map(({ id }) => id)).toEqual([stray.id]);
    await expect(rig.panes.screen('s1')).rejects.toMatchObject(gone);
    expect(rig.events).toEqual([]);
  });

  it('closes a stray', async () => {
    await strays.close(stray.id);
    expect(await strays.list()).toEqual([]);
    await expect(strays.close(stray.id)).rejects.toMatchObject(gone);
    await expect(strays.tie(stray.id, 's1', '')).rejects.toMatchObject(gone);
  });

  it('does nothing after it is stopped', async () => {
    await rig.panes.stop();
    const down = { name: 'PanesError', reason: 'server-down' };
    await expect(strays.list()).rejects.toMatchObject(down);
    await expect(strays.tie(stray.id, 's1', '')).rejects.toMatchObject(down);
    await expect(strays.close(stray.id)).rejects.toMatchObject(down);
  });
});
