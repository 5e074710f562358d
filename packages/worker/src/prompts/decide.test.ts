import { sessionWith } from '../fixtures/session';
import type { InputLine } from '../agents/agent';
import { decideDelivery, type Standing } from './decide';

const clearing = [{ kind: 'key', key: 'C-u' } as const];
const whole: InputLine = { is: 'prompt', prompt: 0, whole: true, clearing };
const decide = (line: InputLine, standing: Standing = 'had', of = sessionWith()) =>
  decideDelivery(of, line, standing);

describe('whether a prompt may be typed', () => {
  it('waits while the agent starts or a dialog is open, whatever the line holds', () => {
    for (const phase of ['opening', 'starting', 'dialog'] as const) {
      const why = phase === 'dialog' ? 'dialog' : 'starting';
      expect(decide({ is: 'empty' }, 'had', sessionWith({ phase }))).toEqual({ do: 'hold', why });
    }
  });

  it('waits while the agent’s account has used up a limit, whatever the screen shows', () => {
    const limited = { at: 1, resume: true, over: false };
    for (const phase of ['ready', 'dialog'] as const) {
      const step = decide({ is: 'empty' }, 'had', sessionWith({ phase, limited }));
      expect(step).toEqual({ do: 'hold', why: 'limit' });
    }
  });

  it('is typed into an empty line only', () => {
    expect(decide({ is: 'empty' })).toEqual({ do: 'type' });
    expect(decide({ is: 'draft', text: 'x', clearing })).toEqual({ do: 'hold', why: 'draft' });
    expect(decide({ is: 'hidden' })).toEqual({ do: 'hold', why: 'hidden' });
  });

  it('clears what an interrupted agent gave back, but nothing that somebody recalled at the terminal', () => {
    const { card } = sessionWith();
    const interrupted = sessionWith({ card: { ...card, outcome: 'interrupted' } });
    expect(decide(whole, 'had', interrupted)).toEqual({ do: 'clear', keys: clearing });
    expect(decide(whole, 'had')).toEqual({ do: 'hold', why: 'draft' });
    const working = sessionWith({ card: { ...card, outcome: 'interrupted', phase: 'working' } });
    expect(decide(whole, 'had', working)).toEqual({ do: 'hold', why: 'draft' });
  });

  it('waits behind a prompt that is stuck or of unknown fate', () => {
    expect(decide(whole, 'stuck')).toEqual({ do: 'hold', why: 'unsent' });
    expect(decide({ ...whole, whole: false }, 'unknown')).toEqual({ do: 'hold', why: 'unsent' });
  });

  it('waits until an earlier prompt that appears in the line is settled', () => {
    expect(decide(whole, 'unknown')).toEqual({ do: 'recover' });
  });

  it('submits a whole text that the user sends again, and clears a part of one, a dropped one and a refused command', () => {
    expect(decide(whole, 'again')).toEqual({ do: 'submit' });
    expect(decide({ ...whole, whole: false }, 'again')).toEqual({ do: 'clear', keys: clearing });
    expect(decide(whole, 'refused')).toEqual({ do: 'clear', keys: clearing });
    expect(decide(whole, 'dropped')).toEqual({ do: 'clear', keys: clearing });
  });
});
