import type { View } from '../../cards/view';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { People } from '../../chat/people';
import type { Outbox } from '../../outbox/outbox';
import type { Windows } from '../../sessions/lifecycle/windows';
import { missingKey, type Missing, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { noteOf } from '../../sessions/window-note';
import { PanesError } from '../../terminal/panes';
import type { Words } from '../../words/words';
import { missingButton, type MissingIntent } from './buttons';
import { renderLeft, renderMissing } from './view';
import { missingWords } from './words/words';

export interface MissingCommandDeps {
  registry: Registry;
  windows: Pick<Windows, 'list' | 'strays'>;
  people: Pick<People, 'chats' | 'wordsOf'>;
  outbox: Pick<Outbox, 'put'>;
  /** `CCBOT_DIR`, which windows carry. */
  dir: string;
  now(): number;
}

export function missingCommands(deps: MissingCommandDeps): CommandTable {
  return commands<MissingIntent>({
    missing: { button: missingButton, run: (conversation, intent) => choose(deps, conversation, intent) },
  });
}

async function choose(
  deps: MissingCommandDeps,
  conversation: Conversation,
  { session: id, pid, action }: MissingIntent,
): Promise<void> {
  const { registry, now } = deps;
  const { ack, words } = conversation;
  const session = registry.get(id);
  const missing = session?.missing;
  // Its window is there again, it has ended, or another process runs now.
  if (session === undefined || missing === undefined || !missing.processes.some((each) => each.pid === pid))
    return ack(words.expired);
  ack();
  switch (action) {
    case 'leave':
      registry.dispatch(id, [{ type: 'left-running', at: now() }]);
      return show(deps, session, (each) => renderLeft(session, missing, each));
    case 'end':
      // What is signalled is checked once more: the process with its start time, not the number.
      return registry.dispatch(id, [{ type: 'killed', at: now() }]);
    case 'adopt':
      return adopt(deps, conversation, session, missing);
  }
}

async function adopt(
  deps: MissingCommandDeps,
  { say, words }: Conversation,
  session: Session,
  missing: Missing,
): Promise<void> {
  const { registry, windows, dir, now } = deps;
  try {
    const pane = await windows.strays?.claim(session.id, noteOf(session, dir), missing.processes);
    if (pane === undefined) return show(deps, session, (each) => renderMissing(session, missing, true, each));
    registry.dispatch(session.id, [{ type: 'opened', at: now() }]);
    say(words.of(missingWords).adopted(session.name));
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    say(words.of(missingWords).notAdopted(session.name, error.message));
  }
}

/** Puts something in the place of the question, in every chat. */
function show({ people, outbox }: MissingCommandDeps, session: Session, view: (words: Words) => View): void {
  for (const chatId of people.chats) {
    outbox.put({
      chatId,
      thread: 'session',
      key: missingKey(session),
      session: session.id,
      view: view(people.wordsOf(chatId)),
      class: 'notice',
      silent: true,
    });
  }
}
