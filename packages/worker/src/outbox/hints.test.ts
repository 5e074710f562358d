import type { ApiResult } from '../telegram/api';
import { createHints } from './hints';

interface Call {
  method: string;
  payload: Record<string, unknown>;
  answer(result: ApiResult<unknown>): void;
}

const ok: ApiResult<unknown> = { ok: true, value: true };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function rig() {
  const calls: Call[] = [];
  const missed: string[] = [];
  const hint = createHints({
    call: (method, payload) => new Promise((answer) => calls.push({ method, payload, answer })),
    onMissed: (method, reason) => missed.push(`${method}: ${reason}`),
  });
  const react = (message: number, emoji: string): void =>
    hint('setMessageReaction', { chat_id: 1, message_id: message, emoji });
  return { calls, missed, hint, react };
}

it('sends a reaction after the previous one on the same message, and only the newest of those that wait', async () => {
  const { calls, react } = rig();
  react(7, '👀');
  react(7, '✍');
  react(7, '👌');
  expect(calls.map((c) => c.payload['emoji'])).toEqual(['👀']);
  calls[0]?.answer(ok);
  await turn();
  expect(calls.map((c) => c.payload['emoji'])).toEqual(['👀', '👌']);
  calls[1]?.answer(ok);
  await turn();
  react(7, '✍');
  expect(calls.map((c) => c.payload['emoji'])).toEqual(['👀', '👌', '✍']);
});

it('delays neither reactions on other messages nor other hints', () => {
  const { calls, react, hint } = rig();
  react(7, '👀');
  react(8, '👀');
  hint('sendChatAction', { chat_id: 1, action: 'typing' });
  hint('sendChatAction', { chat_id: 1, action: 'typing' });
  expect(calls.map((c) => c.method)).toEqual([
    'setMessageReaction',
    'setMessageReaction',
    'sendChatAction',
    'sendChatAction',
  ]);
});

it('sends the next reaction when one fails, and reports the failure', async () => {
  const { calls, missed, react } = rig();
  react(7, '👀');
  react(7, '✍');
  calls[0]?.answer({ ok: false, failure: { kind: 'not-delivered', text: 'it timed out' } });
  await turn();
  expect(calls.map((c) => c.payload['emoji'])).toEqual(['👀', '✍']);
  expect(missed).toEqual(['setMessageReaction: it timed out']);
});
