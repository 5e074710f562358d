import { refuse, type ChatView, type Intent } from '../../chat/intents';

/** Opens a window with an agent. `path` as the user wrote it; `line`: the command line, for an agent that is one. */
export interface NewIntent extends Intent {
  readonly do: 'new';
  readonly agent?: string;
  readonly name?: string;
  readonly path?: string;
  readonly line?: string;
}

/** Opens the directory browser for a new session. */
export interface BrowseNewIntent extends Intent {
  readonly do: 'browse-new';
}

/**
 * Reads what follows `/new`: `[@agent] [name] [path]`, where a path starts with `/`, `~` or `.` and may hold spaces; or
 * `@agent` and a command line, for an agent that is one. `suffix`: `/new@agent` without the space; no bot is called that.
 */
export function routeNew(text: string, view: ChatView, suffix: string | undefined): Intent {
  const rest = isAgent(suffix, view) ? `@${suffix} ${text}`.trim() : text;
  if (rest === '') return browseNew();
  const [, named, behind] = /^@(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  const agent = named === undefined ? undefined : view.agents.find(({ id }) => id === named.toLowerCase());
  if (named !== undefined && agent === undefined) {
    const known = view.agents.map(({ id }) => id);
    return refuse({ code: 'usage', of: 'new', problem: 'no-such-agent', values: [named, ...known] });
  }
  const chosen = agent === undefined ? {} : { agent: agent.id };
  const what = behind?.trim() ?? rest;
  if (agent?.line === true) return newIntent({ ...chosen, ...(what === '' ? {} : { line: what }) });
  const match = /^(?:([^\s/~.@]\S*))?(?:(?:^|\s+)([/~.][\s\S]*))?$/.exec(what);
  if (match === null) return refuse({ code: 'usage', of: 'new', problem: 'not-understood', values: [] });
  const [, name, path] = match;
  return newIntent({
    ...chosen,
    ...(name ? { name } : {}),
    ...(path ? { path: path.trim() } : {}),
  });
}

const newIntent = (fields: Omit<NewIntent, 'do'>): NewIntent => ({ do: 'new', ...fields });

const browseNew = (): BrowseNewIntent => ({ do: 'browse-new' });

function isAgent(name: string | undefined, view: ChatView): boolean {
  return name !== undefined && view.agents.some(({ id }) => id === name.toLowerCase());
}
