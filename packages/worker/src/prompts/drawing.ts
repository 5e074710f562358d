import { pause } from '@ccbot/shared/pause';
import { core } from '../agents/core';
import type { InputLine } from '../agents/agent';
import { typeable } from '../terminal/sanitize';
import type { DeliveryState } from './delivery-state';
import type { Prompt } from './model';

/** How long to wait until a text appears in the input line, ms: an agent that starts on a busy machine took 2.5 s. */
export const DRAWN_MS = 10_000;

/**
 * A line that stays empty for this long may belong to an agent that never shows what is typed, ms: then Enter is pressed as
 * well. Twice as long as an agent took that starts on a busy machine.
 */
export const UNSEEN_MS = 5_000;

/** The same for an agent that has taken a text without showing it, ms: Enter then arrives in a read of its own. */
const KNOWN_UNSEEN_MS = 60;

/**
 * A text that is shown in another form than as it is or as the agent's placeholder must be shown for this long, ms, before
 * it counts as drawn.
 */
const OTHER_FORM_MS = 300;

/** The waits between two looks at the input line, ms; the last one is repeated. Most texts are drawn within 30 ms. */
const LOOKS_MS = [2, 5, 10, 10, 10, 20, 20, 20, 50] as const;
const LAST_LOOK_MS = 100;

/** What became of a text that was typed and not submitted. */
export type Drawn =
  /** The input line shows it: Enter submits it. */
  | 'shown'
  /** The line shows it together with another text, which Enter would submit as well. */
  | 'mixed'
  /** The session has no input line that could show it. */
  | 'blind'
  /** The agent has it already: somebody pressed Enter at the terminal. */
  | 'taken'
  /** The line stays empty. */
  | 'unseen'
  /** Nothing shows it, and the line cannot be read. */
  | 'late'
  /** Nothing more can be done for it in this run. */
  | 'over';

/**
 * Waits until the input line shows a typed text. An agent that starts draws its input line before it reads keys, and takes
 * an Enter that it reads together with the text for a part of the text; so does one that is busy. Whatever touches the
 * window may throw a `PanesError`.
 */
export async function waitUntilDrawn(state: DeliveryState, prompt: Prompt): Promise<Drawn> {
  const { queue, input, ending, unseen } = state;
  const wanted = core(typeable(prompt.text));
  const unseenMs = unseen.has(prompt.session) ? KNOWN_UNSEEN_MS : UNSEEN_MS;
  let since = 0;
  let emptySince = 0;
  let waited = 0;
  for (let look = 0; waited <= DRAWN_MS; look++) {
    const line = await input.lineWith(prompt);
    if (line === null) return 'blind';
    if (!queue.isOpen(prompt)) return 'taken';
    if (line === undefined || ending.signal.aborted) return 'over';
    if (line.is === 'prompt' && (line.whole || line.isPlaceholder === true)) return 'shown';
    const isOther = line.is === 'prompt' || line.is === 'draft';
    if (!isOther) since = waited;
    else if (waited - since >= OTHER_FORM_MS) return isMixed(line, wanted) ? 'mixed' : 'shown';
    if (line.is !== 'empty') emptySince = waited;
    else if (waited - emptySince >= unseenMs) return 'unseen';
    const wait = LOOKS_MS[look] ?? LAST_LOOK_MS;
    await pause(wait, ending.signal);
    waited += wait;
  }
  return 'late';
}

function isMixed(line: InputLine, wanted: string): boolean {
  return line.is === 'draft' && wanted !== '' && line.text.includes(wanted);
}
