import type { PermissionSubject, PlanSubject, QuestionsSubject, Subject } from '../../agents/model';
import { maskText } from '../../cards/redact/secrets';
import { visible, type Visible } from '../../cards/visible';
import { allLines, showsAll } from './diff';
import { jsonLines } from './json-lines';
import type { AgentRequest } from './model';

/** A piece of what a request shows, with every character visible. */
export interface Piece extends Visible {
  /** What it is, by the agent's own word: its name in the file, where no style tells pieces apart. */
  name: string;
  style: 'pre' | 'code' | 'italic' | 'plain' | 'plan';
  language?: string;
  /** Whether the message needs the name too. */
  isNamed?: true;
  /** The permission that it says in full, by its index in `always`. */
  always?: number;
}

/** Everything that runs if the request is allowed, in the order in which it is read. The same in every language. */
export function piecesOf({ asked, diff }: Pick<AgentRequest, 'asked' | 'diff'>): Piece[] {
  const { what, tool } = asked;
  const name = headingTool(tool) === null ? [piece('tool', tool, { style: 'code', isNamed: true })] : [];
  switch (what.kind) {
    case 'permission':
      return [...name, ...permissionPieces(what, tool, diff)];
    case 'plan':
      return [...name, ...planPieces(what)];
    case 'questions':
      return questionPieces(what);
  }
}

/** The tool's name as the heading shows it; null: only the body has room for it. */
export function headingTool(tool: string): string | null {
  const isExact = visible(tool).text === tool && maskText(tool) === tool && !/\s/.test(tool);
  return isExact && tool.length <= HEADING_TOOL_MAX ? tool : null;
}

/** UTF-16 units. Names of MCP tools have up to 64. */
const HEADING_TOOL_MAX = 80;

function permissionPieces(
  { purpose, subject, extra, always }: PermissionSubject,
  tool: string,
  diff: string | undefined,
): Piece[] {
  return [
    ...(purpose === '' ? [] : [piece('description', purpose, { style: 'italic' })]),
    ...subjectPieces(subject, diff),
    ...extraPieces(extra),
    ...always.flatMap((permission, index) => {
      if (buttonNames(permission, tool) !== null) return [];
      return [piece(`always ${index + 1}`, permission.names.join('\n'), { style: 'code', always: index })];
    }),
  ];
}

/**
 * What the button of a permission names, if that says all of it; null: the message must say it. A rule for the tool of the
 * request goes without the tool's name.
 */
export function buttonNames(
  { means, names }: PermissionSubject['always'][number],
  tool: string,
): string | null {
  if (means === 'mode') return KNOWN_MODES.has(names[0] ?? '') ? (names[0] ?? null) : null;
  const shown = names.map((name) => ruleContent(name, tool) ?? name).join(', ');
  const isExact =
    names.length === 1 &&
    visible(shown).text === shown &&
    maskText(shown) === shown &&
    !/\s{2}|\n/.test(shown);
  return isExact && shown.length <= BUTTON_NAMES_MAX ? shown : null;
}

function ruleContent(rule: string, tool: string): string | null {
  return rule.startsWith(`${tool}(`) && rule.endsWith(')') ? rule.slice(tool.length + 1, -1) : null;
}

/** Longer names, UTF-16 units, do not fit the button that always allows them. */
const BUTTON_NAMES_MAX = 30;

/** Modes that the words of every language name. */
const KNOWN_MODES: ReadonlySet<string> = new Set([
  'default',
  'acceptEdits',
  'auto',
  'plan',
  'bypassPermissions',
]);

function planPieces({ plan, extra }: PlanSubject): Piece[] {
  return [...(plan === '' ? [] : [piece('plan', plan, { style: 'plan' })]), ...extraPieces(extra)];
}

/** All questions, for the file; the message shows one after the other. */
function questionPieces({ questions }: QuestionsSubject): Piece[] {
  return questions.flatMap(({ question, header, options }, n) => [
    piece(`question ${n + 1}`, header === '' ? question : `${header}\n${question}`, { style: 'plain' }),
    ...options.flatMap(({ label, description, preview }, i) => [
      piece(`option ${i + 1}`, description === '' ? label : `${label}\n${description}`, { style: 'plain' }),
      ...(preview === '' ? [] : [piece('preview', preview, { style: 'pre' })]),
    ]),
  ]);
}

function subjectPieces(subject: Subject, diff: string | undefined): Piece[] {
  switch (subject.type) {
    case 'command':
      return [piece('command', subject.command, { style: 'pre', language: 'bash' })];
    case 'patch':
      return [piece('patch', subject.patch, { style: 'pre', language: 'diff' })];
    case 'edit':
      return [path('file_path', subject.path), ...editPieces(subject, diff)];
    case 'write': {
      const changes = diff === undefined ? [] : [diffPiece('changes', diff)];
      if (diff !== undefined && showsAll(diff, subject)) return [path('file_path', subject.path), ...changes];
      const content = piece('content', subject.content, { style: 'pre' });
      const named: Piece = diff === undefined ? content : { ...content, isNamed: true };
      return [path('file_path', subject.path), ...changes, named];
    }
    case 'cell':
      return [path('notebook_path', subject.path), piece('new_source', subject.source, { style: 'pre' })];
    case 'fetch':
      return [
        piece('url', subject.url, { style: 'code' }),
        ...(subject.prompt === '' ? [] : [piece('prompt', subject.prompt, { style: 'plain' })]),
      ];
    case 'tool':
      return [{ name: 'input', style: 'pre', language: 'json', ...jsonLines(subject.input) }];
  }
}

/** A field of a tool's input as the agent names it, in every language. */
const fieldLine = (name: string, value: boolean): string => `${name}: ${String(value)}`;

function editPieces(subject: Extract<Subject, { type: 'edit' }>, diff: string | undefined): Piece[] {
  const flags = (all: boolean): Piece => ({
    name: 'replace_all',
    style: 'plain',
    text: fieldLine('replace_all', all),
    isOdd: false,
  });
  const [only] = subject.edits;
  if (diff !== undefined && showsAll(diff, subject) && subject.edits.length === 1 && only !== undefined)
    return [diffPiece('changes', diff), flags(only.all)];
  return subject.edits.flatMap(({ before, after, all }) => {
    const lines = allLines(before, after, subject.edits.length);
    if (lines !== null) return [diffPiece('changes', lines), flags(all)];
    return [
      piece('old_string', before, { style: 'pre', isNamed: true }),
      piece('new_string', after, { style: 'pre', isNamed: true }),
      flags(all),
    ];
  });
}

function extraPieces(extra: Readonly<Record<string, unknown>>): Piece[] {
  if (Object.keys(extra).length === 0) return [];
  return [{ name: 'other input', style: 'pre', language: 'json', ...jsonLines(extra) }];
}

const path = (name: string, text: string): Piece => piece(name, text, { style: 'code' });

function piece(
  name: string,
  text: string,
  look: Pick<Piece, 'style' | 'language' | 'isNamed' | 'always'>,
): Piece {
  return { name, ...look, ...(text === '' ? EMPTY : visible(text)) };
}

/** Stands for a text without a character. */
const EMPTY: Visible = { text: '⟨empty⟩', isOdd: false };

/** A diff; the sign at the start of each line is its own, so spaces behind it are seen. */
function diffPiece(name: string, diff: string): Piece {
  const lines = diff.split('\n').map((line, i, all) => {
    // An empty line at the end would be cut off.
    if (line === ' ' && i === all.length - 1) return { text: ` ${EMPTY.text}`, isOdd: false };
    const { text, isOdd } = visible(`|${line.slice(1)}`);
    return { text: line.charAt(0) + text.slice(1), isOdd };
  });
  return {
    name,
    style: 'pre',
    language: 'diff',
    text: lines.map(({ text }) => text).join('\n'),
    isOdd: lines.some(({ isOdd }) => isOdd),
  };
}
