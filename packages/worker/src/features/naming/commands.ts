import { commands, type CommandTable, type Conversation } from '../../chat/command';
import { refuse, type ChatView, type Intent, type SessionIntent } from '../../chat/intents';
import { forSession } from '../../chat/route';
import type { Registry } from '../../sessions/registry';
import { freeName } from '../../sessions/unique-name';
import { namingWords } from './words/words';

interface RenameIntent extends SessionIntent<'rename'> {
  readonly name: string;
}

export function namingCommands(registry: Registry): CommandTable {
  return commands<RenameIntent>({
    rename: {
      slash: { names: ['rename'], read: readRename },
      usage: (words) => words.of(namingWords).usage,
      menu: (words) => words.of(namingWords).menu,
      run: (conversation, intent) => rename(registry, conversation, intent),
    },
  });
}

function readRename(name: string, view: ChatView): Intent {
  if (name === '') return refuse({ code: 'usage', of: 'rename', problem: 'no-name', values: [] });
  return forSession('', view, (session): RenameIntent => ({ do: 'rename', session, name }));
}

function rename(registry: Registry, { say, words }: Conversation, { session, name }: RenameIntent): void {
  const given = freeName(registry, name, session);
  registry.rename(session, given);
  say(words.of(namingWords).renamed(registry.get(session)?.name ?? given));
}
