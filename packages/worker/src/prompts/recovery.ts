import type { InputLine } from '../agents/agent';
import type { Keystroke } from '../terminal/panes';
import { promptsIn, type TypedText } from './typed-draft';
import type { TypingStage } from './typing-mark';

/** What to do for a prompt that was being typed when the worker, or the terminal, went away. */
export type RecoveryStep =
  /** The agent does not have it, and the line holds nothing of it: type it in its turn. */
  | { do: 'again' }
  /** The line holds what was typed of these prompts: delete that, and type them in their turn. */
  | { do: 'clear'; prompts: readonly number[]; keys: readonly Keystroke[] }
  /** The line holds all of it. */
  | { do: 'submit' }
  /** It was submitted and is not in the line any more: the agent's records will show it. */
  | { do: 'left' }
  /** Its keys were pressed and are not drawn yet. */
  | { do: 'wait' }
  /** The line holds a text of somebody else, or cannot be seen. */
  | { do: 'hold'; why: 'draft' | 'hidden' }
  /** Only the agent's records, or the user, can tell. */
  | { do: 'ask' };

/** What is known of such a prompt. */
export interface Recovering {
  prompt: number;
  stage: TypingStage;
  /** What the input line holds, read with this prompt as the only candidate. */
  line: InputLine;
  /** All of the prompt's text, without white space. */
  text: string;
  /** All that ccbot may have left in the line. */
  typed: readonly TypedText[];
}

export function decideRecovery({ prompt, stage, line, text, typed }: Recovering): RecoveryStep {
  if (stage === 'next') return { do: 'again' };
  switch (line.is) {
    case 'hidden':
      return { do: 'hold', why: 'hidden' };
    case 'empty':
      return { do: withoutTrace[stage] };
    case 'prompt':
      if (line.whole || stage === 'enter') return { do: 'submit' };
      return stage === 'text' ? { do: 'clear', prompts: [prompt], keys: line.clearing } : { do: 'ask' };
    case 'draft': {
      if (stage !== 'text') return { do: withoutTrace[stage] };
      const prompts = promptsIn(line.text, typed);
      if (prompts !== null) return { do: 'clear', prompts, keys: line.clearing };
      // Whoever submits their draft submits this prompt with it.
      return text !== '' && line.text.includes(text) ? { do: 'ask' } : { do: 'hold', why: 'draft' };
    }
  }
}

/** What a line without the prompt means. */
const withoutTrace = { text: 'wait', enter: 'left', unknown: 'ask' } as const;
