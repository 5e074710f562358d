import {
  ENVIRONMENT,
  ORIGINS,
  type AgentRule,
  type EnvironmentRow,
  type Origin,
  type ServiceRule,
} from './table';

const SERVICE: Record<ServiceRule, string> = {
  carried: 'yes',
  'if-permanent': 'if it outlives this login',
  secret: 'never; named',
  left: 'no',
};

const AGENTS: Record<AgentRule, string> = { kept: 'yes', removed: 'no' };

/** Renders `docs/environment.md`. */
export function environmentPage(): string {
  return [
    '# Environment',
    '',
    'Variables cross two borders: from your shell into the service, when `ccbot service install` writes its file, and from ccbot into the agents. This table says what crosses, and why. The first row that fits decides.',
    '',
    '`ccbot service install` says what it carries, what has changed since the last time, and what stays in your shell: by name, never by value. `ccbot service print` shows the file, which only you can read. `ccbot init` offers to install the service again when your shell differs from it. `ccbot doctor` compares your shell with the environment of the ccbot that runs, and looks for agents, tmux and hooks in that one.',
    '',
    'Every window gets the carried variables of ccbot, also on a tmux server that was started with others, and none of the removed ones. A variable whose value contains the bot token never crosses.',
    '',
    ...(Object.keys(ORIGINS) as Origin[]).map(
      (origin) =>
        `- “${origin}”: the environment comes from ${ORIGINS[origin].title}, because ${list(ORIGINS[origin].marks, 'or')} is set.`,
    ),
    '',
    'This page is generated from `packages/shared/src/environment/table.ts`; a test keeps the two equal.',
    '',
    '| Variables | Into the service | To agents | Why |',
    '| --- | --- | --- | --- |',
    ...ENVIRONMENT.map(
      (row) => `| ${subject(row)} | ${SERVICE[row.service]} | ${AGENTS[row.agents]} | ${row.why} |`,
    ),
    '',
  ].join('\n');
}

function subject({ names, from, loadsCode }: EnvironmentRow): string {
  if (names.includes('*')) return 'all others';
  const condition = from === undefined ? '' : `, in “${from}”`;
  return `${names.map(code).join(', ')}${condition}${loadsCode === true ? ', if it loads code' : ''}`;
}

const code = (name: string): string => `\`${name}\``;

function list(names: readonly string[], word: string): string {
  const shown = names.map(code);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1)}`;
}
