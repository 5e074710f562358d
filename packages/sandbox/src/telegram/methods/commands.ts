import { bad } from '../model';
import type { Params } from '../parameters';
import type { BotCommand, SandboxState } from '../state';
import type { Method } from './chat';

/**
 * Size limit of a list of commands, bytes of JSON. It is undocumented; a longer list is refused as if it had too many
 * commands (measured in public by several bots: 7,750 pass, 7,876 do not).
 */
const BYTES_MAX = 7_800;

export const COMMAND_METHODS: Readonly<Record<string, Method>> = {
  setMyCommands(s, p) {
    const commands = p['commands'];
    if (!Array.isArray(commands)) throw bad("can't parse BotCommand");
    if (commands.length > 100) throw bad('BOT_COMMANDS_TOO_MUCH');
    for (const c of commands as Partial<BotCommand>[]) {
      if (!/^[a-z0-9_]{1,32}$/.test(c.command ?? '')) throw bad('BOT_COMMAND_INVALID');
      const length = c.description?.length ?? 0;
      if (length < 1 || length > 256) throw bad('BOT_COMMAND_DESCRIPTION_INVALID');
    }
    if (Buffer.byteLength(JSON.stringify(commands)) > BYTES_MAX) throw bad('BOT_COMMANDS_TOO_MUCH');
    s.commands.set(scopeOf(s, p), commands as BotCommand[]);
    s.touch();
    return true;
  },
  deleteMyCommands(s, p) {
    s.commands.delete(scopeOf(s, p));
    s.touch();
    return true;
  },
  getMyCommands: (s, p) => s.commands.get(scopeOf(s, p)) ?? [],
};

/** The key under which the commands of a scope and a language are stored. */
function scopeOf(s: SandboxState, p: Params): string {
  const language = String(p['language_code'] ?? '');
  if (!/^([a-z]{2})?$/.test(language)) throw bad('LANG_CODE_INVALID');
  const scope = p['scope'] as { type?: unknown; chat_id?: unknown } | undefined;
  switch (scope?.type ?? 'default') {
    case 'default':
    case 'all_private_chats':
      return s.commandScope(String(scope?.type ?? 'default'), language);
    case 'chat':
      if (!s.people.some(({ id }) => id === Number(scope?.chat_id))) throw bad('chat not found');
      return s.commandScope(Number(scope?.chat_id), language);
    default:
      throw bad("can't parse BotCommandScope: unsupported type specified");
  }
}
