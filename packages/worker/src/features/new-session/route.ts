import { withoutCodeMarks } from '../../words/markdown';
import { refuse, type ChatView, type Intent, type MachineIntent } from '../../chat/intents';

/** What a new session should be. `path` as the user wrote it; `line`: the command line, for an agent that runs one. */
export interface NewFields {
  readonly agent?: string;
  readonly name?: string;
  readonly path?: string;
  readonly line?: string;
}

/** Opens a window with an agent. */
export interface NewIntent extends MachineIntent<'new'>, NewFields {}

/** Opens the directory browser for a new session. */
export type BrowseNewIntent = MachineIntent<'browse-new'>;

/** Asks on which machine to start a session. */
export interface AskMachineIntent extends Intent {
  readonly do: 'ask-machine';
  /** Absent: the user chooses it in the directory browser. */
  readonly fields?: NewFields;
}

/**
 * Reads what follows `/new`: `[host:][@agent] [name] [path]`, where a path starts with `/`, `~` or `.` and may contain
 * spaces; or `@agent` and a command line, for an agent that runs one. `host:` may also come before the name. `suffix`: the
 * agent of `/new@agent`; no bot has such a name.
 */
export function routeNew(text: string, view: ChatView, suffix: string | undefined): Intent {
  const written = isAgent(suffix, view) ? `@${suffix} ${text}`.trim() : text;
  const first = takeHost(written, view);
  const [, wanted, afterAgent] = /^@(\S+)\s*([\s\S]*)$/.exec(first.rest) ?? [];
  const agent = wanted === undefined ? undefined : view.agents.find(({ id }) => id === wanted.toLowerCase());
  if (wanted !== undefined && agent === undefined) {
    const known = view.agents.map(({ id }) => id);
    return refuse({ code: 'usage', of: 'new', problem: 'no-such-agent', values: [wanted, ...known] });
  }
  const second = takeHost(withoutCodeMarks(afterAgent?.trim() ?? first.rest), view);
  // A command line may begin with any word and a colon.
  const isLine = agent?.line === true;
  const unknown = first.unknown ?? (isLine ? undefined : second.unknown);
  if (unknown !== undefined) {
    const known = view.machines?.map(({ host }) => host) ?? [];
    return refuse({ code: 'usage', of: 'new', problem: 'no-such-machine', values: [unknown, ...known] });
  }
  const host = first.host ?? second.host;
  const chosen = agent === undefined ? {} : { agent: agent.id };
  if (second.rest === '' && agent === undefined) return onMachine(host, undefined, view);
  if (isLine)
    return onMachine(host, { ...chosen, ...(second.rest === '' ? {} : { line: second.rest }) }, view);
  const named = readNamed(second.rest);
  if (named === null) return refuse({ code: 'usage', of: 'new', problem: 'not-understood', values: [] });
  return onMachine(host, { ...chosen, ...named }, view);
}

/** Reads `[name] [path]`; null: it is something else. */
function readNamed(args: string): Pick<NewFields, 'name' | 'path'> | null {
  const match = /^(?:([^\s/~.@]\S*))?(?:(?:^|\s+)(`*[/~.][\s\S]*))?$/.exec(args);
  if (match === null) return null;
  const [, name, written] = match;
  const path = written && withoutCodeMarks(written.trim());
  return { ...(name ? { name: withoutCodeMarks(name) } : {}), ...(path ? { path } : {}) };
}

/** Splits `host:` off the beginning, where there are several machines. `unknown`: no machine has that name. */
function takeHost(text: string, { machines }: ChatView): { host?: string; unknown?: string; rest: string } {
  const [, written, rest = ''] = /^([a-z0-9][a-z0-9-]*):\s*([\s\S]*)$/i.exec(text) ?? [];
  if (machines === undefined || written === undefined) return { rest: text };
  const known = machines.find(({ host }) => host === written.toLowerCase());
  return known === undefined ? { unknown: written, rest: text } : { host: known.host, rest };
}

/**
 * What to do where there are several machines: the user names one, has a default that is there, or is asked, unless only one
 * is there.
 */
function onMachine(named: string | undefined, fields: NewFields | undefined, view: ChatView): Intent {
  const { machines } = view;
  const host = named ?? (machines && usualMachine(machines, view.defaultHost));
  if (machines !== undefined && host === undefined)
    return { do: 'ask-machine', ...(fields === undefined ? {} : { fields }) } as AskMachineIntent;
  const where = host === undefined ? {} : { host };
  if (fields === undefined) return { do: 'browse-new', ...where } as BrowseNewIntent;
  return { do: 'new', ...where, ...fields } as NewIntent;
}

/**
 * Where a session starts if the user does not say it: on the chat's own machine, or on the only one that is there. Undefined:
 * the user has to choose, as when the chat's own machine is away.
 */
export function usualMachine(
  machines: readonly { host: string; isAway: boolean }[],
  defaultHost: string | undefined,
): string | undefined {
  const present = machines.filter(({ isAway }) => !isAway);
  if (machines.some(({ host }) => host === defaultHost))
    return present.find(({ host }) => host === defaultHost)?.host;
  return present.length === 1 ? present[0]?.host : undefined;
}

function isAgent(name: string | undefined, view: ChatView): boolean {
  return name !== undefined && view.agents.some(({ id }) => id === name.toLowerCase());
}
