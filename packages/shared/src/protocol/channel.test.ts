import { parseSupervisorMessage, sendMessage, type IpcEnd } from './channel';
import { parseWorkerMessage } from './worker-message';
import { PROTOCOL_VERSION, type WorkerMessage } from './messages';

const ready: WorkerMessage = { v: PROTOCOL_VERSION, generation: 3, type: 'ready', at: 1, botUsername: 'b' };

it('parses known messages and drops unknown fields', () => {
  expect(parseWorkerMessage({ ...ready, more: 1 })).toEqual(ready);
  const drain = { v: PROTOCOL_VERSION, generation: 3, type: 'drain', deadlineMs: 5 };
  expect(parseSupervisorMessage(drain)).toEqual(drain);
});

it.each([
  null,
  undefined,
  'text',
  7,
  [],
  {},
  { ...ready, v: PROTOCOL_VERSION + 1 },
  { ...ready, generation: '3' },
  { ...ready, type: 'unheard of' },
  { ...ready, botUsername: undefined },
  { ...ready, at: Number.NaN },
])('returns %j as other and never throws', (raw) => {
  expect(parseWorkerMessage(raw)).toEqual({ type: 'other', raw });
  expect(parseSupervisorMessage(raw)).toEqual({ type: 'other', raw });
});

it('returns false without throwing when the other end is gone', () => {
  const end = { connected: false, on: () => undefined, off: () => undefined } satisfies IpcEnd;
  expect(sendMessage(end, ready)).toBe(false);
  expect(sendMessage({ ...end, connected: true }, ready)).toBe(false);
});

it('does not mistake a full pipe for a closed connection', () => {
  const sent: object[] = [];
  const send = (message: object): boolean => {
    sent.push(message);
    return false; // Node's sign that the pipe is full
  };
  expect(sendMessage({ connected: true, send, on: () => undefined, off: () => undefined }, ready)).toBe(true);
  expect(sent).toEqual([ready]);
});
