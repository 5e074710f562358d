import type {
  Always,
  PlanMode,
  QuestionsSubject,
  RequestContent,
  RequestDecision,
  RequestSubject,
  Suggestion,
} from './model';
import { array, rows, text, type Fields } from './record';
import type { RequestPort } from './request';
import type { Shapes } from './tool-shapes';

/** What differs between agents that ask the way Claude Code does. */
export interface RequestTraits {
  /** See {@link RequestPort.limitMs}. */
  limitMs: number | null;
  /** The same for a request of a background sub-agent. */
  subAgentLimitMs: number | null;
  /** The modes that the user can approve a plan into. */
  planModes: readonly PlanMode[];
  /** The agent's own tools. Every other tool is shown by name with all of its input. */
  shapes: Shapes;
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
      // Without its input nobody can say what would run: only the terminal can ask.
      if (tool === '' || payload['tool_input'] === undefined) return null;
      const raw = payload['tool_input'];
      const input = isRecord(raw) ? raw : {};
      const suggestions = rows(payload['permission_suggestions']);
      const id = text(payload['agent_id']);
      const request: RequestContent = {
        tool,
        title: traits.title(tool, input),
        what: whatOf(tool, raw, suggestions, traits),
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
  raw: unknown,
  suggestions: readonly Suggestion[],
  { planModes, shapes }: RequestTraits,
): RequestSubject {
  const input = isRecord(raw) ? raw : {};
  if (tool === QUESTIONS) {
    const questions = questionsOf(input);
    if (questions !== null) return questions;
  }
  if (tool === PLAN && isRecord(raw)) {
    const plan = typeof input['plan'] === 'string' ? input['plan'] : '';
    const covers = plan === '' ? [] : ['plan'];
    return { kind: 'plan', plan, extra: without(input, covers), modes: planModes };
  }
  const always = suggestions.flatMap((suggestion, index) => alwaysOf(suggestion, index));
  const shaped = shapes.get(tool)?.(input) ?? null;
  if (shaped === null) {
    return { kind: 'permission', purpose: '', subject: { type: 'tool', input: raw }, extra: {}, always };
  }
  const purpose = text(input['description']);
  const covers = purpose === '' ? shaped.covers : [...shaped.covers, 'description'];
  return { kind: 'permission', purpose, subject: shaped.subject, extra: without(input, covers), always };
}

/** The fields that nothing else shows, whatever their values. */
function without(input: Fields, covered: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(input).filter(([key]) => !covered.includes(key)));
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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

/**
 * A suggestion as an “always allow” choice. Empty for one that is not understood to the last field: it would go back to
 * the agent with what the user has not seen.
 */
function alwaysOf(suggestion: Suggestion, index: number): Always[] {
  const reach = REACH.get(suggestion['destination']);
  if (reach === undefined) return [];
  const offer = (means: Always['means'], names: readonly string[] | null): Always[] =>
    names === null || names.length === 0 || names.includes('') ? [] : [{ index, means, names, reach }];
  switch (suggestion['type']) {
    case 'addRules': {
      if (suggestion['behavior'] !== 'allow' || !hasOnly(suggestion, 'behavior', 'rules')) return [];
      const rules = array(suggestion['rules']).map(ruleOf);
      return offer('rules', rules.every((rule) => rule !== null) ? rules : null);
    }
    case 'addDirectories':
      return hasOnly(suggestion, 'directories')
        ? offer('directories', array(suggestion['directories']).map(text))
        : [];
    case 'setMode':
      return hasOnly(suggestion, 'mode') ? offer('mode', [text(suggestion['mode'])]) : [];
    default:
      return [];
  }
}

function hasOnly(suggestion: Suggestion, ...own: readonly string[]): boolean {
  return Object.keys(suggestion).every((key) => ['type', 'destination', ...own].includes(key));
}

const REACH: ReadonlyMap<unknown, Always['reach']> = new Map([
  ['session', 'session'],
  ['localSettings', 'project'],
  ['projectSettings', 'shared'],
  ['userSettings', 'everywhere'],
]);

/** Null: not understood. */
function ruleOf(rule: unknown): string | null {
  if (!isRecord(rule)) return null;
  const { toolName, ruleContent = '', ...unknown } = rule;
  if (typeof toolName !== 'string' || typeof ruleContent !== 'string') return null;
  // `Bash(ls)` as the name of a tool would look like the rule `ls` for Bash.
  if (toolName === '' || /[()]/.test(toolName) || Object.keys(unknown).length > 0) return null;
  return ruleContent === '' ? toolName : `${toolName}(${ruleContent})`;
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
