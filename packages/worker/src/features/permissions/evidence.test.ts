import type { SessionEvent } from '../../sessions/events';
import { overByRecords } from './evidence';
import type { AgentRequest } from './model';

const at = 1_000;
const request = (id: number, title: string, what: AgentRequest['asked']['what']): AgentRequest => ({
  ...{ id, nonce: 'n', request: `r${id}`, session: 's', copies: [], name: 'demo', at },
  asked: { tool: 'T', title, what, raw: { input: {}, suggestions: [] } },
  ...{ phase: 'open', attached: true, touchedAt: at, reminded: false },
});
const question = request(1, 'Which?', { kind: 'questions', questions: [] });
const plan = request(2, '', { kind: 'plan', plan: '', modes: [], extra: {} });

const observed = (...events: SessionEvent[]) =>
  events.map((event) => ({ type: 'observed', at, event }) as const);
const asks: SessionEvent = {
  type: 'tool.started',
  at,
  id: 't',
  name: 'AskUserQuestion',
  title: question.asked.title,
};
const ends = (answered?: boolean): SessionEvent => ({
  type: 'tool.ended',
  at: at + 1,
  id: 't',
  ok: true,
  summary: '',
  ...(answered === undefined ? {} : { answered }),
});

it.each([
  ['answered', true],
  ['unanswered', false],
  ['elsewhere', undefined],
] as const)('takes from the record of a question that it is %s', (how, answered) => {
  expect(overByRecords([question, plan], [], observed(asks, ends(answered)))).toEqual([
    { request: question, how },
  ]);
});

it('does not know how a question ended when only the turn did', () => {
  const turn: SessionEvent = { type: 'turn.ended', at: at + 1, how: 'done' };
  expect(overByRecords([question], [], observed(asks, turn))).toEqual([
    { request: question, how: 'elsewhere' },
  ]);
  expect(overByRecords([question], [], observed(asks, { ...turn, at: at - 1 }))).toEqual([]);
});
