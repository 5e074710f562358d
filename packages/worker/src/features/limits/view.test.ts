import { sessionWith } from '../../fixtures/session';
import type { Limited } from '../../sessions/model';
import { wordsIn } from '../../words/words';
import { limitViews } from './view';
import { limitWords } from './words/words';

const AT = 1_700_000_000_000;
const RESET = AT + 3_600_000;
const words = wordsIn('en').of(limitWords);
const session = sessionWith();

describe('the message about a limit', () => {
  const limited: Limited = { at: AT, window: '5h', resetsAt: RESET, resume: false, over: false };
  const labels = (changed: Partial<Limited>, state: 'waits' | 'resumed' | 'over'): string[][] =>
    limitViews(session, { ...limited, ...changed }, state, AT, words).map(([, view]) =>
      view.parts.flatMap((part) => (part.buttons ?? []).flat().map((button) => button.data)),
    );

  it('offers what can be decided, and nothing when it is decided', () => {
    expect(labels({}, 'waits')).toEqual([['resume:s:reset', 'resume:s:now']]);
    expect(labels({ resume: true }, 'waits')).toEqual([['resume:s:never', 'resume:s:now']]);
    expect(labels({ over: true }, 'over')).toEqual([[], ['resume:s:now']]);
    expect(labels({ over: true }, 'resumed')).toEqual([[], []]);
    const open = limitViews(session, { at: AT, resume: false, over: false }, 'waits', AT, words);
    expect(open[0]?.[1].parts[0]?.buttons?.flat().map((b) => b.data)).toEqual(['resume:s:now']);
  });
});
