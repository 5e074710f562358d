import type { Subject } from './model';
import { text, type Fields } from './record';

/** What a request of one tool shows, and the input fields that this covers. */
export interface Shaped {
  subject: Subject;
  covers: readonly string[];
}

/**
 * How the requests of a tool are shown. Null: not with this input, which is then shown field by field. A shape covers a
 * field only if it shows the field's whole value.
 */
export type Shape = (input: Fields) => Shaped | null;

/** An agent's own tools by name. A tool of an MCP server with the same fields may do something else with them. */
export type Shapes = ReadonlyMap<string, Shape>;

/** A command line in one string; a list of words is shown as the list that it is. */
export function commandIn(field: string): Shape {
  return (input) => {
    const command = input[field];
    return typeof command === 'string' && command !== ''
      ? { subject: { type: 'command', command }, covers: [field] }
      : null;
  };
}

/** A patch in the first of these fields that is a text. */
export function patchIn(...fields: readonly string[]): Shape {
  return (input) => {
    const field = fields.find((name) => text(input[name]) !== '');
    return field === undefined
      ? null
      : { subject: { type: 'patch', patch: text(input[field]) }, covers: [field] };
  };
}

export const edit: Shape = (input) => {
  const path = text(input['file_path']);
  const change = editOf(input);
  if (path === '' || change === null) return null;
  return { subject: { type: 'edit', path, edits: [change] }, covers: ['file_path', ...EDIT_FIELDS] };
};

export const multiEdit: Shape = (input) => {
  const path = text(input['file_path']);
  const raw = input['edits'];
  if (path === '' || !Array.isArray(raw) || raw.length === 0) return null;
  const edits = raw.map((item: unknown) => (isPlainEdit(item) ? editOf(item) : null));
  if (!edits.every((item) => item !== null)) return null;
  return { subject: { type: 'edit', path, edits }, covers: ['file_path', 'edits'] };
};

export const write: Shape = (input) => {
  const path = text(input['file_path']);
  const content = input['content'];
  if (path === '' || typeof content !== 'string') return null;
  return { subject: { type: 'write', path, content }, covers: ['file_path', 'content'] };
};

export const notebookEdit: Shape = (input) => {
  const path = text(input['notebook_path']);
  const source = input['new_source'];
  if (path === '' || typeof source !== 'string') return null;
  return { subject: { type: 'cell', path, source }, covers: ['notebook_path', 'new_source'] };
};

export const fetch: Shape = (input) => {
  const url = text(input['url']);
  const { prompt } = input;
  if (url === '' || (prompt !== undefined && typeof prompt !== 'string')) return null;
  return {
    subject: { type: 'fetch', url, prompt: prompt ?? '' },
    covers: prompt === undefined || prompt === '' ? ['url'] : ['url', 'prompt'],
  };
};

const EDIT_FIELDS = ['old_string', 'new_string', 'replace_all'];

function isPlainEdit(item: unknown): item is Fields {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
  return Object.keys(item).every((key) => EDIT_FIELDS.includes(key));
}

function editOf(input: Fields): { before: string; after: string; all: boolean } | null {
  const { old_string: before, new_string: after, replace_all: all = false } = input;
  return typeof before === 'string' && typeof after === 'string' && typeof all === 'boolean'
    ? { before, after, all }
    : null;
}
