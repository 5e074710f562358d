import { sessionWith } from '../../fixtures/session';
import type { SessionEvent } from '../events';
import type { SessionEffect, SessionInput } from './model';
import { step } from './step';
import type { Session } from '../model';

const AT = 1_700_000_000_000;
const RESET = AT + 3_600_000;
const told = (event: SessionEvent): SessionInput => ({ type: 'observed', at: event.at, event });
const reached = (at = AT, resetsAt: number | undefined = RESET): SessionInput =>
  told({ type: 'limit.reached', at, window: '5h', ...(resetsAt === undefined ? {} : { resetsAt }) });
const asked = (when: 'reset' | 'now' | 'never'): SessionInput => ({ type: 'resume.asked', at: AT, when });
const due = (at: number): SessionInput => ({ type: 'reset.due', at });
const run = (...inputs: SessionInput[]): [Session, SessionEffect['do'][]] => {
  let session = sessionWith();
  let last: SessionEffect[] = [];
  for (const input of inputs) [session, last] = step(session, input);
  return [session, last.map((effect) => effect.do)];
};

describe('a session that reached a limit', () => {
  it('asks the user once, however often the agent reports it', () => {
    const [session, effects] = run(reached());
    expect(session.limited).toEqual({ at: AT, window: '5h', resetsAt: RESET, resume: false, over: false });
    expect(effects).toEqual(['tell-limited', 'alarm', 'dismiss']);
    expect(run(reached(), reached(AT + 5_000))[1]).toEqual([]);
  });

  it('does not continue at the reset unless the user said so, and asks again', () => {
    const [session, effects] = run(reached(), due(RESET));
    expect(session.limited).toMatchObject({ over: true });
    expect(effects).toEqual(['tell-limited', 'alarm']);
    expect(run(reached(), due(RESET - 1))[1]).toEqual([]);
    expect(run(reached(), due(RESET), due(RESET + 1))[1]).toEqual([]);
  });

  it('continues at the reset when the user said so, and not when they took it back', () => {
    const [session, effects] = run(reached(), asked('reset'), due(RESET));
    expect(session.limited).toBeUndefined();
    expect(effects).toContain('resume');
    expect(run(reached(), asked('reset'), asked('never'), due(RESET))[1]).not.toContain('resume');
  });

  it('continues immediately when the user says so, before and after the reset', () => {
    expect(run(reached(), asked('now'))[1]).toContain('resume');
    expect(run(reached(), due(RESET), asked('now'))[1]).toContain('resume');
    expect(run(reached(), due(RESET), asked('reset'))[1]).toContain('resume');
    expect(run(asked('now'))).toEqual([sessionWith(), []]);
  });

  it('is released when the agent works again, whoever caused it', () => {
    const text = told({ type: 'text', at: AT, id: 't', message: 'm', text: 'I go on' });
    const [session, effects] = run(reached(), text);
    expect(session.limited).toBeUndefined();
    expect(effects).toEqual(expect.arrayContaining(['tell-limited', 'deliver']));
    expect(effects).not.toContain('resume');
  });

  it('waits for the user when the agent does not report when the limit resets', () => {
    const [session] = run(told({ type: 'limit.reached', at: AT }));
    expect(session.limited?.resetsAt).toBeUndefined();
    expect(step(session, due(AT + 1e12))[1]).toEqual([]);
  });
});
