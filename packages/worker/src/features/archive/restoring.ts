import type { Board } from '../../board/model';
import type { RestoreLostIntent } from '../../cards/buttons';
import type { Chooser } from '../../chat/chooser';
import type { Conversation } from '../../chat/command';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import { openRefusalText } from '../../sessions/lifecycle/refusal-text';
import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { archiveWords } from './words/words';

export interface RestoringDeps {
  registry: Registry;
  lifecycle: Pick<Lifecycle, 'restore'>;
  chooser: Chooser;
  board: Pick<Board, 'watchers'>;
}

export async function restore(deps: RestoringDeps, conversation: Conversation, id: string): Promise<void> {
  const { say, ack, words } = conversation;
  if (deps.registry.get(id) === undefined) return ack(words.expired);
  ack(words.opening.restore);
  const session = await restoreSession(deps, conversation, id);
  if (session !== undefined) say(words.of(archiveWords).restoring(session.name));
}

/** Restores every session that was found lost at one time and that the user watches. */
export async function restoreLost(
  deps: RestoringDeps,
  conversation: Conversation,
  { at }: RestoreLostIntent,
): Promise<void> {
  const { registry, board } = deps;
  const { chatId, say, ack, words } = conversation;
  ack();
  const lost = registry
    .all()
    .filter((session) => isLost(session, at) && board.watchers(session).includes(chatId));
  if (lost.length === 0) return say(words.expired);
  const names: string[] = [];
  for (const { id } of lost) {
    const session = await restoreSession(deps, conversation, id);
    if (session !== undefined) names.push(session.name);
  }
  if (names.length > 0) say(names.map(words.of(archiveWords).restoring).join('\n\n'));
}

/** The session that runs again; undefined if it was not opened, and the user was told why. */
async function restoreSession(
  { lifecycle, chooser }: RestoringDeps,
  { chatId, say, words }: Conversation,
  id: string,
): Promise<Session | undefined> {
  const opened = await lifecycle.restore(id);
  if (!opened.ok) {
    say(openRefusalText(opened.why, words));
    return undefined;
  }
  chooser.open(chatId, opened.session.id);
  return opened.session;
}

/** Whether a session was found lost at that time, or is half restored because ccbot was killed meanwhile. */
function isLost({ phase, binding, ended, restoring }: Session, at: number): boolean {
  if (phase === 'opening') return restoring === true;
  return phase === 'lost' && binding !== undefined && ended?.at === at;
}
