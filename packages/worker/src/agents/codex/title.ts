import { titleLine } from '../title-line';
import { fields, recordOf, rows, text, type Fields } from '../record';

/** Names of tools for people. Other tools keep their own name. */
const NAMES: Readonly<Record<string, string>> = {
  exec_command: 'Shell',
  shell: 'Shell',
  shell_command: 'Shell',
  local_shell: 'Shell',
  write_stdin: 'Input',
  apply_patch: 'Patch',
  view_image: 'Image',
  web_search: 'Search',
  request_user_input: 'Question',
};

export const toolName = (name: string): string => NAMES[name] ?? (name || 'tool');

/** A tool's recorded input: JSON in a string, or plain text. */
export function toolInput(input: unknown): Fields | string {
  if (typeof input !== 'string') return fields(input);
  return recordOf(input) ?? input;
}

/** A tool's input on one line. For an unknown tool, its first text. Empty when it has none. */
export function toolTitle(name: string, input: Fields | string): string {
  if (typeof input === 'string') return titleLine(patchedFiles(input) || input);
  switch (name) {
    case 'apply_patch': {
      const patch = text(input['input']) || text(input['patch']);
      return titleLine(patchedFiles(patch) || patch);
    }
    case 'write_stdin':
      return titleLine(text(input['chars'])) || 'waits for output';
    case 'request_user_input':
      return titleLine(
        rows(input['questions'])
          .map((question) => text(question['question']))
          .join(' · '),
      );
    default: {
      const command = commandOf(input['cmd'] ?? input['command'] ?? input['query']);
      return titleLine(
        command || (Object.values(input).find((v): v is string => typeof v === 'string') ?? ''),
      );
    }
  }
}

/** A command line. Given as words of a shell call, it is the last of them. */
function commandOf(command: unknown): string {
  if (!Array.isArray(command)) return text(command);
  const words = command.map(text);
  const shell = /(?:^|\/)(?:ba|z|da|k)?sh$/.test(words[0] ?? '') && /^-l?c$/.test(words[1] ?? '');
  return shell ? (words[2] ?? '') : words.join(' ');
}

/** The files that a patch changes. Empty for any other text. */
function patchedFiles(patch: string): string {
  return [...patch.matchAll(/^\*\*\* (?:Add|Update|Delete) File: (.+)$/gm)]
    .map(([, file]) => file ?? '')
    .join(', ');
}
