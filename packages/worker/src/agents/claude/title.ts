/** Which field of a tool's input tells best what it does. */
const FIELD: Readonly<Record<string, string>> = {
  Bash: 'command',
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
  Task: 'description',
  Agent: 'description',
  Skill: 'skill',
};

/** The longest title, characters. */
const TITLE_MAX = 300;

/** A tool's input in one line. */
export function toolTitle(name: string, input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const fields = input as Record<string, unknown>;
  const chosen = fields[FIELD[name] ?? ''] ?? Object.values(fields).find((v) => typeof v === 'string');
  if (name === 'TodoWrite' && Array.isArray(fields['todos'])) return `${fields['todos'].length} items`;
  return oneLine(typeof chosen === 'string' ? chosen : '');
}

/** Text on one line, cut to a title's length. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, TITLE_MAX * 2)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > TITLE_MAX ? `${[...line].slice(0, TITLE_MAX - 1).join('')}…` : line;
}
