import type { InputLine } from '../agents/agent';
import { decideRecovery, type RecoveryStep } from './recovery';
import type { TypingStage } from './typing-mark';

const clearing = [{ kind: 'key', key: 'C-u' } as const];
const STAGES: readonly TypingStage[] = ['next', 'text', 'enter', 'unknown'];
const draft = (text: string): InputLine => ({ is: 'draft', text, clearing });
const prompt = (whole: boolean): InputLine => ({ is: 'prompt', prompt: 0, whole, clearing });

/** The steps in the four stages. */
const steps = (line: InputLine, text = 'firstsecond'): RecoveryStep['do'][] =>
  STAGES.map((stage) => {
    const typed = ['i', text].map((each) => ({ prompt: 1, text: each }));
    return decideRecovery({ prompt: 1, stage, line, text, typed }).do;
  });

describe('what becomes of a prompt that was being typed when the worker was killed', () => {
  it.each<[string, InputLine, RecoveryStep['do'][]]>([
    ['cannot be seen', { is: 'hidden' }, ['again', 'hold', 'hold', 'hold']],
    ['is empty', { is: 'empty' }, ['again', 'wait', 'left', 'ask']],
    ['holds all of it', prompt(true), ['again', 'submit', 'submit', 'submit']],
    ['holds a part of it', prompt(false), ['again', 'clear', 'submit', 'ask']],
    ['holds the first key of it', draft('i'), ['again', 'clear', 'left', 'ask']],
    ['holds its first letters', draft('firs'), ['again', 'clear', 'left', 'ask']],
    ['holds it with another text', draft('mefirstsecond'), ['again', 'ask', 'left', 'ask']],
    ['holds another text', draft('me'), ['again', 'hold', 'left', 'ask']],
  ])('when the input line %s', (_, line, expected) => {
    expect(steps(line)).toEqual(expected);
  });

  it('deletes all that ccbot left in the line, also of other prompts', () => {
    const typed = [
      { prompt: 1, text: 'one' },
      { prompt: 2, text: 'two' },
    ];
    const step = decideRecovery({ prompt: 2, stage: 'text', line: draft('onetw'), text: 'two', typed });
    expect(step).toEqual({ do: 'clear', prompts: [1, 2], keys: clearing });
  });
});
