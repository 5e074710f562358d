/** What the hooks and the status line need to know of an agent. Little: the agent waits while they load. */
export interface AgentIdentity {
  /** Stable name, such as the `backend` of session_map.json. Letters, digits and `-`. */
  readonly id: string;
  /** The names under which its program runs. */
  readonly programs: readonly string[];
  /** The variable in which it passes its process id to the programs it starts. Null when it sets none. */
  readonly pidVariable: string | null;
  /** Whether it passes its figures to a status line. */
  readonly statusLine: boolean;
}

/** What the help shows of an agent. */
export interface AgentSummary {
  readonly id: string;
  /** Name for people. */
  readonly title: string;
  /** The arguments that `/new @id` takes, in order. */
  readonly args: readonly ('name' | 'path' | 'command')[];
  /** Null: the user writes the command line. */
  readonly settings: object | null;
}

/** A request of an agent, read from its `PermissionRequest` hook. The same for every agent. */
export interface RequestContent {
  /** The tool that wants to run. */
  tool: string;
  /** The tool's input on one line, as its row of the card shows it. */
  title: string;
  /** The sub-agent that asks. Absent: the session's main agent. */
  subAgent?: { id: string; type: string };
  what: RequestSubject;
  /** The parts of the payload that an answer needs. */
  raw: { input: Readonly<Record<string, unknown>>; suggestions: readonly Suggestion[] };
}

export type RequestSubject = PermissionSubject | QuestionsSubject | PlanSubject;

/** May this tool run? */
export interface PermissionSubject {
  kind: 'permission';
  /** What the agent says the tool is for. Empty when it says nothing. */
  purpose: string;
  subject: Subject;
  /** The input that neither the subject nor the purpose shows. Empty when there is none. */
  extra: Readonly<Record<string, unknown>>;
  /** The ways to answer “always allow”. */
  always: readonly Always[];
}

/** What a permission covers, in full. */
export type Subject =
  | { type: 'command'; command: string }
  | { type: 'edit'; path: string; edits: readonly { before: string; after: string; all: boolean }[] }
  | { type: 'write'; path: string; content: string }
  /** A patch in the agent's own format. */
  | { type: 'patch'; patch: string }
  | { type: 'fetch'; url: string; prompt: string }
  /** A cell of a notebook. */
  | { type: 'cell'; path: string; source: string }
  /** Any other tool, with its whole input as the agent sent it. */
  | { type: 'tool'; input: unknown };

/** A permission that lasts longer than this request. */
export interface Always {
  /** The place of the suggestion in `raw.suggestions`. */
  index: number;
  /** What it allows. Data of the agent, not markup. */
  names: readonly string[];
  means: 'rules' | 'directories' | 'mode';
  /** How far it reaches. */
  reach: 'session' | 'project' | 'shared' | 'everywhere';
}

/** Questions with options, answered in order. */
export interface QuestionsSubject {
  kind: 'questions';
  questions: readonly Question[];
}

export interface Question {
  question: string;
  /** A word or two. May be empty. */
  header: string;
  multi: boolean;
  options: readonly { label: string; description: string; preview: string }[];
}

/** May the agent carry out its plan? */
export interface PlanSubject {
  kind: 'plan';
  /** Markdown. Empty when the agent wrote none. */
  plan: string;
  /** The other input of the tool, which is approved with the plan. Empty when there is none. */
  extra: Readonly<Record<string, unknown>>;
  /** The permission modes that the user can approve it into, in the order of their buttons. */
  modes: readonly PlanMode[];
}

/** A permission mode in which the agent carries out an approved plan. */
export type PlanMode = 'default' | 'acceptEdits' | 'auto';

export type RequestDecision =
  | { do: 'allow' }
  /** Allow, and apply the suggestion at this place. */
  | { do: 'always'; index: number }
  /** `message` is for the model. */
  | { do: 'deny'; message: string }
  /** Question → answer. */
  | { do: 'answer'; answers: Readonly<Record<string, string>> }
  | { do: 'approve'; mode: PlanMode };

/** A change of permissions that the agent offers. It goes back to the agent unchanged. */
export type Suggestion = Readonly<Record<string, unknown>>;
