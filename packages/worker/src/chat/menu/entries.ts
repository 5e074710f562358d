import type { AgentCommand } from '../../agents/agent';

export interface MenuEntry {
  /** 1-32 of a-z, 0-9 and `_`. */
  command: string;
  description: string;
}

/** An agent's command in the menu. */
export interface AgentEntry extends MenuEntry {
  /** What is typed into the agent, such as `/fix-bug`. */
  typed: string;
}

/** Telegram's limits: commands in a list, and characters of a name. */
const MOST = 100;
const LONGEST_NAME = 32;

/** The longest description, characters: it is a hint in a list on a phone. */
const LONGEST_DESCRIPTION = 60;

/**
 * The largest list, bytes of JSON. Telegram refuses more than about 7.8 KB with `BOT_COMMANDS_TOO_MUCH`; this is not
 * documented, but several bots have reported it in public.
 */
const MOST_BYTES = 7_000;

/**
 * The agent's commands as Telegram takes them, after ccbot's own: lower-case names with `_` for every other character, the
 * first of those that become equal, as many as fit. A name that ccbot uses stays ccbot's.
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

/** The text with a leading command of the menu replaced by what the agent calls it; any other text as it is. */
export function typedFor(text: string, entries: readonly AgentEntry[]): string {
  const [whole, name] = /^\/([a-z0-9_]{1,32})(?:@\w+)?(?=\s|$)/i.exec(text.trimStart()) ?? [];
  const entry = entries.find(({ command }) => command === name?.toLowerCase());
  return whole === undefined || entry === undefined
    ? text
    : entry.typed + text.trimStart().slice(whole.length);
}

/** Null: no character of the name can be used. */
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
