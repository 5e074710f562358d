import type { AgentCommand } from '../../agents/agent';

/** A command in Telegram's menu. */
export interface MenuEntry {
  /** 1-32 of a-z, 0-9 and `_`. */
  command: string;
  description: string;
}

/** A command of an agent as it stands in the menu. */
export interface AgentEntry extends MenuEntry {
  /** What is typed for it, such as `/fix-bug`. */
  typed: string;
}

/** Telegram's limits for a list of commands: how many, and the length of a name. */
const MOST = 100;
const LONGEST_NAME = 32;

/** A description is a hint in a list on a phone. Characters. */
const LONGEST_DESCRIPTION = 60;

/**
 * The whole list may be about 7.8 KB of JSON, though no document says so: a longer one is refused as
 * `BOT_COMMANDS_TOO_MUCH` (reported in public by several bots). Bytes.
 */
const MOST_BYTES = 7_000;

/**
 * The agent's commands as Telegram can have them, behind ccbot's own: names in small letters with `_` for what Telegram
 * does not take, the first of those that become the same, as many as fit. A name of ccbot's own stays ccbot's.
 */
export function agentEntries(own: readonly MenuEntry[], commands: readonly AgentCommand[]): AgentEntry[] {
  const taken = new Set(own.map(({ command }) => command));
  const size = (entry: MenuEntry): number => new TextEncoder().encode(JSON.stringify(entry)).length + 1;
  let bytes = own.reduce((sum, { command, description }) => sum + size({ command, description }), 16);
  const entries: AgentEntry[] = [];
  for (const { name, typed, about } of commands) {
    const command = menuName(name);
    if (command === null || taken.has(command)) continue;
    const entry = { command, description: shortened(about === '' ? typed : about) };
    if (taken.size >= MOST || bytes + size(entry) > MOST_BYTES) break;
    bytes += size(entry);
    taken.add(command);
    entries.push({ ...entry, typed });
  }
  return entries;
}

/** What is typed for a text that begins with a command of the menu; any other text as it is. */
export function typedFor(text: string, entries: readonly AgentEntry[]): string {
  const [whole, name] = /^\/([a-z0-9_]{1,32})(?:@\w+)?(?=\s|$)/i.exec(text.trimStart()) ?? [];
  const entry = entries.find(({ command }) => command === name?.toLowerCase());
  return whole === undefined || entry === undefined
    ? text
    : entry.typed + text.trimStart().slice(whole.length);
}

/** Null: nothing of the name is left. */
function menuName(name: string): string | null {
  const mapped = name
    .toLowerCase()
    .replace(/[^a-z0-9_]/g, '_')
    .slice(0, LONGEST_NAME);
  return /[a-z0-9]/.test(mapped) ? mapped : null;
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= LONGEST_DESCRIPTION
    ? text
    : `${characters
        .slice(0, LONGEST_DESCRIPTION - 1)
        .join('')
        .trimEnd()}…`;
}
