import { PanesError, type PanesEvent } from './panes';
import { createPanesRecorder, type PanesRecorder } from '../fixtures/panes-recorder';

const request = (session: string) => ({ session, name: session, cwd: '/', argv: ['agent'], env: {} });
let panes: PanesRecorder;
let events: PanesEvent[];
beforeEach(async () => {
  panes = createPanesRecorder();
  events = [];
  await panes.start((event) => events.push(event));
});

it('records operations in order', async () => {
  await panes.open(request('s1'));
  await panes.type('s1', [{ kind: 'paste', text: 'a\nb' }, { kind: 'pause', ms: 60_000 }]); // oxfmt-ignore
  await panes.type('s1', [{ kind: 'key', key: 'Enter' }]);
  await panes.close('s1');
  expect(panes.opened.map((r) => r.session)).toEqual(['s1']);
  expect(panes.typed.map((t) => t.keys.map((k) => k.kind))).toEqual([['paste', 'pause'], ['key']]);
  expect(panes.closed).toEqual(['s1']);
});

it('closes a window as the user does at the terminal', async () => {
  await panes.open(request('s1'));
  panes.closeAtTerminal('s1');
  expect(events).toEqual([{ type: 'closed', session: 's1' }]);
  await expect(panes.screen('s1')).rejects.toMatchObject({ reason: 'no-such-session' });
});

it.each([
  [undefined, []],
  ['keep' as const, ['s1']],
])('goes down and comes back, with its windows or without (%s)', async (keep, left) => {
  await panes.open(request('s1'));
  panes.goDown('gone', keep);
  await expect(panes.type('s1', [])).rejects.toMatchObject({ reason: 'server-down' });
  await expect(panes.list()).rejects.toMatchObject({ reason: 'server-down' });
  panes.comeUp();
  expect((await panes.list()).map((p) => p.session)).toEqual(left);
  expect(events).toEqual([{ type: 'down', reason: 'gone' }, { type: 'up' }]);
});

it('fails the next call of an operation, and only that', async () => {
  await panes.open(request('s1'));
  panes.failNext('type', new PanesError('server-down', 'half typed'));
  await expect(panes.type('s1', [{ kind: 'text', text: 'x' }])).rejects.toThrow('half typed');
  await panes.type('s1', [{ kind: 'text', text: 'y' }]);
  expect(panes.received('s1')).toBe('y');
});
