import { titleLine } from '../title-line';
import { text, type Fields } from '../record';

/** The input field that describes a tool call best. */
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

/** Fields that hold a path. */
const PATHS: ReadonlySet<string> = new Set(['file_path', 'notebook_path', 'path']);

/**
 * A tool's input on one line. For an unknown tool, its first text. Empty when it has none. Paths below `cwd`, the agent's
 * working directory, are relative, because a phone is narrow.
 */
export function toolTitle(name: string, input: unknown, cwd = ''): string {
  if (typeof input !== 'object' || input === null) return '';
  const fields = input as Fields;
  const field = FIELD[name] ?? '';
  const chosen = listTitle(name, fields) ?? fields[field];
  if (typeof chosen === 'string' && chosen.trim() !== '') {
    const isBelow = PATHS.has(field) && cwd !== '' && chosen.startsWith(`${cwd}/`);
    return titleLine(isBelow ? chosen.slice(cwd.length + 1) : chosen);
  }
  return titleLine(Object.values(fields).find((v): v is string => typeof v === 'string') ?? '');
}

/** The title of a tool whose input is a list: the current to-do item, or the questions. */
function listTitle(name: string, fields: Fields): string | undefined {
  switch (name) {
    case 'TodoWrite': {
      const todos = rows(fields['todos']);
      const current = todos.find((todo) => todo['status'] === 'in_progress') ?? todos[0];
      return text(current?.['activeForm']) || text(current?.['content']);
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

const rows = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.filter((v): v is Fields => typeof v === 'object' && v !== null) : [];
