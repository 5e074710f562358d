import type { SharedPanel } from '../cluster/model';
import { lineElsewhere, panelLines, sharedPanel } from './background';
import { newCard } from '../cards/model';
import type { Session } from '../sessions/model';

const session: Session = {
  id: 's',
  name: 'train',
  chatId: 7,
  agent: 'claude',
  cwd: '/',
  createdAt: 0,
  phase: 'ready',
  activeAt: 5_000,
  card: { ...newCard({ session: 's', name: 'train', agent: 'A' }), phase: 'working', startedAt: 5_000 },
};
const NOW = 65_000;
const line = (panel?: SharedPanel, isAway = false) =>
  lineElsewhere({ name: 'train · gpu', ...(panel === undefined ? {} : { panel }) }, isAway, NOW);

describe('the line about a session of another machine', () => {
  it('says what that machine says of it', () => {
    expect(line(sharedPanel(session, false, NOW))).toEqual({
      name: 'train · gpu',
      state: 'working',
      forMs: 60_000,
    });
    expect(line(sharedPanel(session, true, NOW))).toEqual({ name: 'train · gpu', state: 'needs' });
  });

  it('says that its machine is away, whatever that said last', () => {
    expect(line(sharedPanel(session, false, NOW), true)).toEqual({ name: 'train · gpu', state: 'away' });
  });

  it('claims nothing that it cannot know: without a word of it, with a later version’s, or by a clock that is ahead', () => {
    expect(line()).toEqual({ name: 'train · gpu', state: 'ready' });
    expect(line({ state: 'levitating' }).state).toBe('ready');
    expect(line({ state: 'working', since: NOW + 1 })).toEqual({ name: 'train · gpu', state: 'working' });
  });

  it('comes where it presses', () => {
    const elsewhere = [line(undefined, true), line({ state: 'needs' })];
    const lines = panelLines([session], undefined, () => false, NOW, elsewhere);
    expect(lines.map(({ state }) => state)).toEqual(['needs', 'working', 'away']);
  });
});
