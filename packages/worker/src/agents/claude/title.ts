import { oneLine } from '../one-line';

/** Which field of a tool's input tells best what it does. */
const FIELD: Readonly<Record<string, string>> = {
  Bash: 'command',
  BashOutput: 'bash_id',
  KillShell: 'shell_id',
  Read: 'file_path',
  Write: 'file_path',
  Edit: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
  Glob: 'pattern',
  Grep: 'pattern',
  LS: 'path',
  WebFetch: 'url',
  WebSearch: 'query',
  ToolSearch: 'query',
  Task: 'description',
  Agent: 'description',
  TaskCreate: 'subject',
  Skill: 'skill',
  SlashCommand: 'command',
  ExitPlanMode: 'plan',
};

type Fields = Readonly<Record<string, unknown>>;

/** Fields that hold the path of a file or directory. */
const PATHS: ReadonlySet<string> = new Set(['file_path', 'notebook_path', 'path']);

/**
 * A tool's input in one line; of a tool that is not known, its first text. Empty when it has none. The path of a file
 * below `cwd`, the directory that the agent works in, is told from there, as a phone is narrow.
 */
export function toolTitle(name: string, input: unknown, cwd = ''): string {
  if (typeof input !== 'object' || input === null) return '';
  const fields = input as Fields;
  const field = FIELD[name] ?? '';
  const chosen = listTitle(name, fields) ?? fields[field];
  if (typeof chosen === 'string' && chosen.trim() !== '') {
    const below = PATHS.has(field) && cwd !== '' && chosen.startsWith(`${cwd}/`);
    return oneLine(below ? chosen.slice(cwd.length + 1) : chosen);
  }
  return oneLine(Object.values(fields).find((v): v is string => typeof v === 'string') ?? '');
}

/** Of tools whose input is a list: what is being done, or what is asked. */
function listTitle(name: string, fields: Fields): string | undefined {
  switch (name) {
    case 'TodoWrite': {
      const todos = rows(fields['todos']);
      const now = todos.find((todo) => todo['status'] === 'in_progress') ?? todos[0];
      return text(now?.['activeForm']) || text(now?.['content']);
    }
    case 'TaskUpdate':
      return [fields['taskId'], fields['subject'], fields['status']].filter((v) => text(v) !== '').join(' ');
    case 'AskUserQuestion':
      return rows(fields['questions'])
        .map((question) => text(question['question']))
        .join(' · ');
    default:
      return undefined;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const rows = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.filter((v): v is Fields => typeof v === 'object' && v !== null) : [];
