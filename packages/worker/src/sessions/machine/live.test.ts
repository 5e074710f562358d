import { sessionWith } from '../../fixtures/session';
import type { SessionEvent } from '../events';
import type { SessionEffect, SessionInput } from './model';
import { step } from './step';
import { isAtWork, type Session } from '../model';

const AT = 1_000_000;
const told = (event: SessionEvent): SessionInput => ({ type: 'observed', at: event.at, event });
const looked = (writing: string | null): SessionInput => ({
  type: 'looked',
  at: AT,
  readiness: 'ready',
  screen: [],
  writing,
});
const run = (session: Session, ...inputs: SessionInput[]): [Session, SessionEffect['do'][]] => {
  let last: SessionEffect[] = [];
  for (const input of inputs) [session, last] = step(session, input);
  return [session, last.map((effect) => effect.do)];
};
const begin = told({ type: 'turn.started', at: AT, prompt: 'go' });
const end = (agents?: number): SessionInput =>
  told({ type: 'turn.ended', at: AT + 900, how: 'done', ...(agents === undefined ? {} : { agents }) });
const agent = told({ type: 'agent.started', at: AT, id: 'x', title: 'Count' });

describe('text that the agent is writing', () => {
  it('is shown until the transcript has it, once for each change', () => {
    const [session, first] = run(sessionWith(), begin, looked('Half a'));
    expect(session.card.writing).toBe('Half a');
    expect(first).toEqual(['show', 'draft']);
    expect(run(session, looked('Half a'))[1]).toEqual([]);
    expect(run(session, looked(null))[0].card.writing).toBeUndefined();
  });

  it('is removed when the transcript has it, even if the screen still shows it', () => {
    const text = told({ type: 'text', at: AT, id: 't', message: 'm', text: '**Half** a line' });
    const [session] = run(sessionWith(), begin, looked('Half a'), text);
    expect(session.card.writing).toBeUndefined();
    expect(run(session, looked('Half a line'))[0]).toBe(session);
    expect(run(session, looked('Something else'))[0].card.writing).toBe('Something else');
  });

  it('is empty between turns', () => {
    expect(run(sessionWith(), looked('An old answer'))[0].card.writing).toBeUndefined();
    expect(run(sessionWith(), begin, looked('Half a'), end())[0].card.writing).toBeUndefined();
  });
});

describe('sub-agents', () => {
  it('keep a live card between turns, until the last one has ended', () => {
    const [waiting, effects] = run(sessionWith(), begin, agent, end(1));
    expect(effects).toEqual(['finish', 'watch', 'deliver', 'show', 'login']);
    expect(isAtWork(waiting)).toBe(true);
    expect(run(waiting, { type: 'ticked', at: AT + 5_000 })).toEqual([waiting, []]);
    const [over, last] = run(waiting, told({ type: 'agent.ended', at: AT + 9_000, id: 'x', ok: true }));
    expect(last).toEqual(['hide', 'agents']);
    expect(isAtWork(over)).toBe(false);
  });

  it('have ended when the agent reports that none is working', () => {
    expect(isAtWork(run(sessionWith(), begin, agent, end(0))[0])).toBe(false);
  });

  it('are no longer waited for after an hour of silence', () => {
    const [waiting] = run(sessionWith(), begin, agent, end(1));
    const [later, effects] = run(waiting, { type: 'ticked', at: AT + 3_700_000 });
    expect(isAtWork(later)).toBe(false);
    expect(effects).toEqual(['hide', 'agents']);
  });

  it('end with the agent’s own session', () => {
    const bound: SessionInput = { type: 'bound', at: AT, sessionId: 'new', transcriptPath: '/new' };
    expect(isAtWork(run(sessionWith(), begin, agent, end(1), bound)[0])).toBe(false);
  });

  it('are followed when their transcript is known, which is requested once', () => {
    const named = told({ type: 'agent.started', at: AT, id: 'x', title: 'Count', file: 'a1' });
    const [session, effects] = run(sessionWith(), begin, agent, named);
    expect(session.card.agents?.[0]).toMatchObject({ file: 'a1', title: 'Count' });
    expect(effects).toEqual(['show', 'agents']);
    expect(run(session, named)).toEqual([session, []]);
  });
});

it('redraws nothing while time passes in an idle session', () => {
  expect(run(sessionWith(), { type: 'ticked', at: AT })).toEqual([sessionWith(), []]);
});
