import type {
  Always,
  PlanMode,
  QuestionsSubject,
  RequestContent,
  RequestDecision,
  RequestSubject,
  Subject,
  Suggestion,
} from './model';
import { array, fields, rows, text, type Fields } from './record';
import type { RequestPort } from './request';

/** What differs between agents that ask the way Claude Code does. */
export interface RequestTraits {
  /** See {@link RequestPort.limitMs}. */
  limitMs: number | null;
  /** The same for a request of a background sub-agent. */
  subAgentLimitMs: number | null;
  /** The modes that the user can approve a plan into. */
  planModes: readonly PlanMode[];
  /** A tool's input on one line. */
  title(tool: string, input: unknown): string;
}

/** Tools that are themselves questions. Their answer must carry their input back, or the dialog stays (measured with 2.1.330). */
const QUESTIONS = 'AskUserQuestion';
const PLAN = 'ExitPlanMode';

/**
 * The `PermissionRequest` hooks of Claude Code, which Codex copied: `tool_name`, `tool_input` and
 * `permission_suggestions` come in, a decision goes back (measured with Claude Code 2.1.330). Every field may be
 * missing, because versions differ.
 */
export function permissionRequests(traits: RequestTraits): RequestPort {
  return {
    limitMs: ({ subAgent }) => (subAgent === undefined ? traits.limitMs : traits.subAgentLimitMs),
    read(payload) {
      const tool = text(payload['tool_name']);
      if (tool === '') return null;
      const input = fields(payload['tool_input']);
      const suggestions = rows(payload['permission_suggestions']);
      const id = text(payload['agent_id']);
      const request: RequestContent = {
        tool,
        title: traits.title(tool, input),
        what: whatOf(tool, input, suggestions, traits),
        raw: { input, suggestions },
      };
      if (id !== '') request.subAgent = { id, type: text(payload['agent_type']) };
      return request;
    },
    answer: (request, decision) =>
      JSON.stringify({
        hookSpecificOutput: {
          hookEventName: 'PermissionRequest',
          decision: decisionOf(request, decision),
        },
      }),
  };
}

function whatOf(
  tool: string,
  input: Fields,
  suggestions: readonly Suggestion[],
  { planModes }: RequestTraits,
): RequestSubject {
  if (tool === QUESTIONS) {
    const questions = questionsOf(input);
    if (questions !== null) return questions;
  }
  if (tool === PLAN) return { kind: 'plan', plan: text(input['plan']), modes: planModes };
  const { subject, shows } = subjectOf(input);
  return {
    kind: 'permission',
    purpose: text(input['description']),
    subject,
    extra: extraOf(input, [...shows, 'description']),
    always: suggestions.flatMap((suggestion, index) => alwaysOf(suggestion, index)),
  };
}

/** Null when the shape of the questions leaves nothing to answer. */
function questionsOf(input: Fields): QuestionsSubject | null {
  const questions = rows(input['questions']).map((question) => {
    return {
      question: text(question['question']),
      header: text(question['header']),
      multi: question['multiSelect'] === true,
      options: rows(question['options'])
        .map((option) => ({
          label: text(option['label']),
          description: text(option['description']),
          preview: text(option['preview']),
        }))
        .filter(({ label }) => label !== ''),
    };
  });
  const isComplete = questions.length > 0 && questions.every(({ question }) => question !== '');
  return isComplete ? { kind: 'questions', questions } : null;
}

/** The subject of a tool call, and the input fields that it shows. Goes by the shape of the input, not by the tool's name. */
function subjectOf(input: Fields): SubjectWithFields {
  return (
    commandSubject(input) ??
    fileSubject(input) ??
    patchSubject(input) ??
    fetchSubject(input) ?? {
      subject: { type: 'tool', input: JSON.stringify(input, null, 2) },
      shows: Object.keys(input),
    }
  );
}

interface SubjectWithFields {
  subject: Subject;
  /** The input fields that the subject shows. */
  shows: readonly string[];
}

function commandSubject(input: Fields): SubjectWithFields | null {
  const field = ['command', 'cmd'].find((key) => commandLine(input[key]) !== '');
  if (field === undefined) return null;
  const command = commandLine(input[field]);
  const subject: Subject = command.startsWith(PATCH)
    ? { type: 'patch', patch: command }
    : { type: 'command', command };
  return { subject, shows: [field] };
}

/** A tool with a path either edits the file or writes it whole. */
function fileSubject(input: Fields): SubjectWithFields | null {
  const pathField = ['file_path', 'notebook_path', 'path'].find((key) => text(input[key]) !== '');
  if (pathField === undefined) return null;
  const path = text(input[pathField]);
  const single = editsOf([input]);
  const many = editsOf(array(input['edits']));
  if (single.length + many.length > 0) {
    const shows = [pathField];
    if (single.length > 0) shows.push('old_string', 'new_string', 'replace_all');
    if (many.length === array(input['edits']).length) shows.push('edits');
    return { subject: { type: 'edit', path, edits: [...single, ...many] }, shows };
  }
  const contentField = ['content', 'new_source'].find((key) => typeof input[key] === 'string');
  if (contentField === undefined) return null;
  return {
    subject: { type: 'write', path, content: text(input[contentField]) },
    shows: [pathField, contentField],
  };
}

function patchSubject(input: Fields): SubjectWithFields | null {
  const field = ['patch', 'input'].find((key) => text(input[key]).startsWith(PATCH));
  return field === undefined
    ? null
    : { subject: { type: 'patch', patch: text(input[field]) }, shows: [field] };
}

function fetchSubject(input: Fields): SubjectWithFields | null {
  const url = text(input['url']);
  if (url === '') return null;
  return { subject: { type: 'fetch', url, prompt: text(input['prompt']) }, shows: ['url', 'prompt'] };
}

const PATCH = '*** Begin Patch';

function editsOf(raw: readonly unknown[]): { before: string; after: string; all: boolean }[] {
  return raw.map(fields).flatMap((edit) => {
    const { old_string: before, new_string: after, replace_all: all } = edit;
    return typeof before === 'string' && typeof after === 'string'
      ? [{ before, after, all: all === true }]
      : [];
  });
}

/** The remaining input fields. Leaves out switches that are off. */
function extraOf(input: Fields, shown: readonly string[]): string {
  return Object.entries(input)
    .filter(([key, value]) => !shown.includes(key) && value !== false && value !== null)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}

function commandLine(command: unknown): string {
  return Array.isArray(command) ? command.map(String).join(' ') : text(command);
}

/** A suggestion as an “always allow” choice. Empty for an unknown kind, which is then not offered. */
function alwaysOf(suggestion: Suggestion, index: number): Always[] {
  const reach = REACH[text(suggestion['destination'])] ?? 'session';
  const offer = (means: Always['means'], names: readonly string[]): Always[] =>
    names.length === 0 ? [] : [{ index, means, names, reach }];
  switch (suggestion['type']) {
    case 'addRules':
      if (suggestion['behavior'] !== 'allow') return [];
      return offer('rules', rows(suggestion['rules']).map(ruleOf));
    case 'addDirectories':
      return offer('directories', array(suggestion['directories']).map(text));
    case 'setMode':
      return offer('mode', [text(suggestion['mode'])]);
    default:
      return [];
  }
}

const REACH: Readonly<Record<string, Always['reach']>> = {
  session: 'session',
  localSettings: 'project',
  projectSettings: 'shared',
  userSettings: 'everywhere',
};

function ruleOf(rule: Fields): string {
  const content = text(rule['ruleContent']);
  return content === '' ? text(rule['toolName']) : `${text(rule['toolName'])}(${content})`;
}

function decisionOf({ tool, raw }: RequestContent, decision: RequestDecision): Record<string, unknown> {
  switch (decision.do) {
    case 'allow':
      return {
        behavior: 'allow',
        ...(tool === QUESTIONS || tool === PLAN ? { updatedInput: raw.input } : {}),
      };
    case 'always':
      return {
        behavior: 'allow',
        updatedPermissions: raw.suggestions.slice(decision.index, decision.index + 1),
      };
    case 'deny':
      return { behavior: 'deny', message: decision.message };
    case 'answer':
      return { behavior: 'allow', updatedInput: { ...raw.input, answers: decision.answers } };
    case 'approve':
      return {
        behavior: 'allow',
        updatedInput: raw.input,
        updatedPermissions: [{ type: 'setMode', mode: decision.mode, destination: 'session' }],
      };
  }
}
