import type {
  Always,
  RequestDecision,
  QuestionsSubject,
  RequestContent,
  RequestSubject,
  PlanMode,
  Subject,
  Suggestion,
} from './model';
import type { RequestPort } from './request';
import { fields, text, type Fields } from './record';

/** What is peculiar to an agent that asks in the way of Claude Code. */
export interface AskTraits {
  /** See {@link RequestPort}. */
  limitMs: number | null;
  /** The same for what a sub-agent in the background asks. */
  subAgentLimitMs: number | null;
  /** The modes that a plan can be approved into. */
  planModes: readonly PlanMode[];
  /** A tool's input in one line. */
  title(tool: string, input: unknown): string;
}

/** The tools that ask the person themselves: an answer to them carries their input back (measured with 2.1.330: without, the dialog stays). */
const QUESTIONS = 'AskUserQuestion';
const PLAN = 'ExitPlanMode';

/**
 * `PermissionRequest` hooks as Claude Code has them, and Codex after it: `tool_name`, `tool_input`,
 * `permission_suggestions` come in, a decision goes back (measured with Claude Code 2.1.330). Each field is looked at
 * on its own: versions differ.
 */
export function permissionAsks(traits: AskTraits): RequestPort {
  return {
    limitMs: ({ subAgent }) => (subAgent === undefined ? traits.limitMs : traits.subAgentLimitMs),
    read(payload) {
      const tool = text(payload['tool_name']);
      if (tool === '') return null;
      const input = fields(payload['tool_input']);
      const suggestions = list(payload['permission_suggestions']).map(fields);
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
  { planModes }: AskTraits,
): RequestSubject {
  if (tool === QUESTIONS) {
    const asked = questionsOf(input);
    if (asked !== null) return asked;
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

/** Questions whole, or null where they have a shape that nobody could answer. */
function questionsOf(input: Fields): QuestionsSubject | null {
  const questions = list(input['questions']).map((raw) => {
    const one = fields(raw);
    return {
      question: text(one['question']),
      header: text(one['header']),
      multi: one['multiSelect'] === true,
      options: list(one['options'])
        .map(fields)
        .map((option) => ({
          label: text(option['label']),
          description: text(option['description']),
          preview: text(option['preview']),
        }))
        .filter(({ label }) => label !== ''),
    };
  });
  const whole = questions.length > 0 && questions.every(({ question }) => question !== '');
  return whole ? { kind: 'questions', questions } : null;
}

/** What a tool is about, by the fields that it has: tools of one shape are told alike, whatever their name. */
function subjectOf(input: Fields): { subject: Subject; shows: readonly string[] } {
  for (const key of ['command', 'cmd']) {
    const command = wordsOf(input[key]);
    if (command === '') continue;
    const subject: Subject = command.startsWith(PATCH)
      ? { type: 'patch', patch: command }
      : { type: 'command', command };
    return { subject, shows: [key] };
  }
  const at = ['file_path', 'notebook_path', 'path'].find((key) => text(input[key]) !== '');
  if (at !== undefined) {
    const path = text(input[at]);
    const single = editsOf([input]);
    const many = editsOf(list(input['edits']));
    if (single.length + many.length > 0) {
      const shows = [
        at,
        ...(single.length > 0 ? ['old_string', 'new_string', 'replace_all'] : []),
        ...(many.length === list(input['edits']).length ? ['edits'] : []),
      ];
      return { subject: { type: 'edit', path, edits: [...single, ...many] }, shows };
    }
    const from = ['content', 'new_source'].find((key) => typeof input[key] === 'string');
    if (from !== undefined)
      return { subject: { type: 'write', path, content: text(input[from]) }, shows: [at, from] };
  }
  const written = ['patch', 'input'].find((key) => text(input[key]).startsWith(PATCH));
  if (written !== undefined)
    return { subject: { type: 'patch', patch: text(input[written]) }, shows: [written] };
  const url = text(input['url']);
  if (url !== '')
    return { subject: { type: 'fetch', url, prompt: text(input['prompt']) }, shows: ['url', 'prompt'] };
  return { subject: { type: 'tool', input: JSON.stringify(input, null, 2) }, shows: Object.keys(input) };
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

/** The fields that nothing else shows. A switch that is off says nothing. */
function extraOf(input: Fields, shown: readonly string[]): string {
  return Object.entries(input)
    .filter(([key, value]) => !shown.includes(key) && value !== false && value !== null)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}

function wordsOf(command: unknown): string {
  return Array.isArray(command) ? command.map(String).join(' ') : text(command);
}

/** A suggestion in words, or nothing for one of a kind that this version cannot name: it is not offered then. */
function alwaysOf(suggestion: Suggestion, index: number): Always[] {
  const reach = REACH[text(suggestion['destination'])] ?? 'session';
  const offer = (means: Always['means'], names: readonly string[]): Always[] =>
    names.length === 0 ? [] : [{ index, means, names, reach }];
  switch (suggestion['type']) {
    case 'addRules':
      if (suggestion['behavior'] !== 'allow') return [];
      return offer('rules', list(suggestion['rules']).map(fields).map(ruleOf));
    case 'addDirectories':
      return offer('directories', list(suggestion['directories']).map(text));
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

const list = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
