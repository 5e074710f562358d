import type { Intent, RouterView } from '../../chat/intents';

/**
 * Reads what stands behind `/new`: `[@agent] [name] [path]`, where a path starts with `/`, `~` or `.` and may hold
 * spaces; or `@agent` and a command line, for an agent that is one.
 */
export function routeNew(rest: string, view: RouterView): Intent {
  const [, named, behind] = /^@(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  const agent = named === undefined ? undefined : view.agents.find(({ id }) => id === named.toLowerCase());
  if (named !== undefined && agent === undefined) {
    return {
      do: 'tell',
      text: view.words.agents.noSuchAgent(
        named,
        view.agents.map(({ id }) => id),
      ),
    };
  }
  const chosen = agent === undefined ? {} : { agent: agent.id };
  const what = behind?.trim() ?? rest;
  if (rest === '') return { do: 'browse-new' };
  if (agent?.line === true) return { do: 'new', ...chosen, ...(what === '' ? {} : { line: what }) };
  const asked = /^(?:([^\s/~.@]\S*))?(?:(?:^|\s+)([/~.][\s\S]*))?$/.exec(what);
  if (asked === null) return { do: 'tell', text: view.words.newUsage };
  const [, name, path] = asked;
  return { do: 'new', ...chosen, ...(name ? { name } : {}), ...(path ? { path: path.trim() } : {}) };
}

/** Reads what stands behind `/handover`: `@agent [session]`. Only an agent that takes prompts can go on with another's work. */
export function routeHandover(
  rest: string,
  view: RouterView,
  named: (name: string, then: (session: string) => Intent) => Intent,
): Intent {
  const able = view.agents.filter(({ line }) => !line).map(({ id }) => id);
  const [, agent = '', name = ''] = /^@(\S+)(?:\s+(\S+))?$/.exec(rest) ?? [];
  const to = able.find((id) => id === agent.toLowerCase());
  if (to === undefined) return { do: 'tell', text: view.words.agents.handoverUsage(able) };
  return named(name, (session) => ({ do: 'handover', session, agent: to }));
}
