import type { Board } from '../../board/model';
import type { RestoreLostIntent } from '../../cards/buttons';
import type { ActiveSession } from '../../chat/active-session';
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
  active: Pick<ActiveSession, 'get'>;
  chooser: Pick<Chooser, 'open'>;
  board: Pick<Board, 'watchers'>;
}

export async function restore(deps: RestoringDeps, conversation: Conversation, id: string): Promise<void> {
  const { say, ack, words } = conversation;
  if (deps.registry.get(id) === undefined) return ack(words.expired);
  ack(words.opening.restore);
  const session = await restoreSession(deps, conversation, id);
  if (session === undefined) return;
  deps.chooser.open(conversation, id);
  say(words.of(archiveWords).restoring(session.name));
}

/** Restores every session that was found lost at one time and that the user watches. */
export async function restoreLost(
  deps: RestoringDeps,
  conversation: Conversation,
  { at }: RestoreLostIntent,
): Promise<void> {
  const { registry, board, active, chooser } = deps;
  const { chatId, say, ack, words } = conversation;
  ack();
  const lost = registry
    .all()
    .filter((session) => isLost(session, at) && board.watchers(session).includes(chatId));
  if (lost.length === 0) return say(words.expired);
  const restored: Session[] = [];
  for (const { id } of lost) {
    const session = await restoreSession(deps, conversation, id);
    if (session !== undefined) restored.push(session);
  }
  // What the user wrote meanwhile was meant for the session that they wrote to.
  const next = restored.find(({ id }) => id === active.get(chatId)) ?? restored.at(-1);
  if (next === undefined) return;
  chooser.open(conversation, next.id);
  say(restored.map(({ name }) => words.of(archiveWords).restoring(name)).join('\n\n'));
}

/** The session that runs again; undefined if it was not opened, and the user was told why. */
async function restoreSession(
  { lifecycle }: RestoringDeps,
  { say, words }: Conversation,
  id: string,
): Promise<Session | undefined> {
  const opened = await lifecycle.restore(id);
  if (!opened.ok) {
    say(openRefusalText(opened.why, words));
    return undefined;
  }
  return opened.session;
}

/** Whether a session was found lost at that time, or is half restored because ccbot was killed meanwhile. */
function isLost({ phase, binding, ended, restoring }: Session, at: number): boolean {
  if (phase === 'opening') return restoring === true;
  return phase === 'lost' && binding !== undefined && ended?.at === at;
}
