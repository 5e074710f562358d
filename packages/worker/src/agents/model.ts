/** What an agent asks the person, read from its `PermissionRequest` hook: the same for every agent. */
export interface RequestContent {
  /** The tool that is to run. */
  tool: string;
  /** The tool's input in one line, as the card's row of it says. */
  title: string;
  /** The sub-agent that asks; absent: the session's own agent. */
  subAgent?: { id: string; type: string };
  what: RequestSubject;
  /** What an answer needs of the payload. */
  raw: { input: Readonly<Record<string, unknown>>; suggestions: readonly Suggestion[] };
}

/** What is asked. */
export type RequestSubject = PermissionSubject | QuestionsSubject | PlanSubject;

/** May this tool run? */
export interface PermissionSubject {
  kind: 'permission';
  /** What the agent says the tool is for; empty when it says nothing. */
  purpose: string;
  subject: Subject;
  /** What else the tool is given, a line a field: nothing of it is kept back. Empty when that is all. */
  extra: string;
  /** What “always allow” can mean: places in `raw.suggestions`. */
  always: readonly Always[];
}

/** What a permission is about, whole. */
export type Subject =
  | { type: 'command'; command: string }
  | { type: 'edit'; path: string; edits: readonly { before: string; after: string; all: boolean }[] }
  | { type: 'write'; path: string; content: string }
  /** A patch as the agent writes it. */
  | { type: 'patch'; patch: string }
  | { type: 'fetch'; url: string; prompt: string }
  /** Any other tool; `input` is readable JSON. */
  | { type: 'tool'; input: string };

/** One way to be asked less from now on. `index`: its place in `raw.suggestions`. */
export interface Always {
  index: number;
  /** What is allowed then; data of the agent, not markup. */
  names: readonly string[];
  means: 'rules' | 'directories' | 'mode';
  /** How far it reaches. */
  reach: 'session' | 'project' | 'shared' | 'everywhere';
}

/** Questions with options, to be answered one after the other. */
export interface QuestionsSubject {
  kind: 'questions';
  questions: readonly Question[];
}

/** One question. */
export interface Question {
  question: string;
  /** One or two words; empty when there are none. */
  header: string;
  multi: boolean;
  options: readonly { label: string; description: string; preview: string }[];
}

/** May the agent begin with what it planned? */
export interface PlanSubject {
  kind: 'plan';
  /** Markdown; empty when the agent wrote none. */
  plan: string;
  /** The permission modes it can be approved into, in the order they are offered. */
  modes: readonly PlanMode[];
}

/** A permission mode that an approved plan can be carried out in. */
export type PlanMode = 'default' | 'acceptEdits' | 'auto';

/** What the person decided. */
export type RequestDecision =
  | { do: 'allow' }
  /** Allowed, and not to be asked again: the suggestion at this place. */
  | { do: 'always'; index: number }
  /** `message` is for the model. */
  | { do: 'deny'; message: string }
  /** Question → answer. */
  | { do: 'answer'; answers: Readonly<Record<string, string>> }
  | { do: 'approve'; mode: PlanMode };

/** A change of permissions that the agent offers, as it came: it goes back as it is. */
export type Suggestion = Readonly<Record<string, unknown>>;
