import { withoutCodeMarks } from '../../words/markdown';
import { refuse, type ChatView, type Intent } from '../../chat/intents';

/** Opens a window with an agent. `path` as the user wrote it; `line`: the command line, for an agent that runs one. */
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
 * Reads what follows `/new`: `[@agent] [name] [path]`, where a path starts with `/`, `~` or `.` and may contain spaces; or
 * `@agent` and a command line, for an agent that runs one. `suffix`: the agent of `/new@agent`; no bot has such a name.
 */
export function routeNew(text: string, view: ChatView, suffix: string | undefined): Intent {
  const rest = isAgent(suffix, view) ? `@${suffix} ${text}`.trim() : text;
  if (rest === '') return browseNew();
  const [, wanted, afterAgent] = /^@(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  const agent = wanted === undefined ? undefined : view.agents.find(({ id }) => id === wanted.toLowerCase());
  if (wanted !== undefined && agent === undefined) {
    const known = view.agents.map(({ id }) => id);
    return refuse({ code: 'usage', of: 'new', problem: 'no-such-agent', values: [wanted, ...known] });
  }
  const chosen = agent === undefined ? {} : { agent: agent.id };
  const args = withoutCodeMarks(afterAgent?.trim() ?? rest);
  if (agent?.line === true) return newIntent({ ...chosen, ...(args === '' ? {} : { line: args }) });
  const match = /^(?:([^\s/~.@]\S*))?(?:(?:^|\s+)(`*[/~.][\s\S]*))?$/.exec(args);
  if (match === null) return refuse({ code: 'usage', of: 'new', problem: 'not-understood', values: [] });
  const [, name, written] = match;
  const path = written && withoutCodeMarks(written.trim());
  return newIntent({
    ...chosen,
    ...(name ? { name: withoutCodeMarks(name) } : {}),
    ...(path ? { path } : {}),
  });
}

const newIntent = (fields: Omit<NewIntent, 'do'>): NewIntent => ({ do: 'new', ...fields });

const browseNew = (): BrowseNewIntent => ({ do: 'browse-new' });

function isAgent(name: string | undefined, view: ChatView): boolean {
  return name !== undefined && view.agents.some(({ id }) => id === name.toLowerCase());
}
