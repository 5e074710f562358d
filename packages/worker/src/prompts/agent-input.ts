import type { InputLine } from '../agents/agent';
import type { AgentCatalog } from '../agents/catalog';
import { isLive, type Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { PanesError, type Keystroke, type Panes } from '../terminal/panes';
import { typeable } from '../terminal/sanitize';
import { readShades, type ShadedScreen } from '../terminal/shade';
import type { ScreenReader, ScreenReading } from '../watch/screen-reader';
import type { Prompt } from './model';
import { draftsOf, type TypedText } from './typed-draft';
import { typingMark } from './typing-mark';

/** Time between a text and Enter where nothing shows whether the text was read, ms: Enter then arrives in a read of its own. */
const UNSEEN_PAUSE_MS = 30;

/** The input lines of agents, in their windows. Whatever touches a window may throw a `PanesError`. */
export interface AgentInput {
  /** The session, live or not. */
  session(id: string): Session | undefined;
  /** The session, if it is live. */
  liveSession(id: string): Session | undefined;
  /** Reads the session's screen and dispatches what it shows. */
  read(session: string): Promise<ScreenReading>;
  /** What the input line on a screen holds; `prompts` are those whose text it may hold. */
  lineOn(screen: ShadedScreen, session: Session, prompts: readonly Prompt[]): InputLine;
  /**
   * What the input line holds now, with this prompt as the only candidate. Null: its session has no line that can be
   * read; undefined: the session is not live.
   */
  lineWith(prompt: Prompt): Promise<InputLine | null | undefined>;
  /** What the input line may hold while the prompt is typed. */
  draftsOf(session: Session, prompt: Prompt): TypedText[];
  /** The mark that its window carries; undefined: none, or no window. */
  markOf(session: string): Promise<string | undefined>;
  press(session: Session, keys: readonly Keystroke[]): Promise<void>;
  /**
   * Whether a prompt may be typed into a session. Where text runs, in a shell or another program, only a text that the
   * user wrote may: what others wrote would be theirs to run.
   */
  mayType(session: Session, prompt: Prompt): boolean;
  /** Marks in the window that the prompt comes next, of which no key was pressed yet. */
  announce(session: Session, prompt: Prompt): Promise<void>;
  /**
   * Types the text of a prompt; `withEnter`: and submits it, in one sequence. It is submitted anyway where no input line can
   * show it. Rejects with `refused` if it may not be typed.
   */
  type(session: Session, prompt: Prompt, withEnter: boolean): Promise<void>;
  /** Whether the session's agent, if it reads its keys, takes an Enter that follows the prompt immediately. */
  takesImmediateEnter(session: Session, prompt: Prompt): boolean;
  /** Submits the prompt, which the input line holds. */
  submit(session: Session, prompt: Prompt): Promise<void>;
}

export interface AgentInputDeps {
  registry: Pick<Registry, 'get'>;
  agents: Pick<AgentCatalog, 'of'>;
  windows: Pick<Panes, 'capture' | 'list' | 'type'>;
  screenReader: Pick<ScreenReader, 'read'>;
}

export function createAgentInput(deps: AgentInputDeps): AgentInput {
  const { registry, agents, windows, screenReader } = deps;
  return {
    session: (id) => registry.get(id),
    liveSession: (id) => liveSession(deps, id),
    read: (session) => screenReader.read(session),
    lineOn: (screen, session, prompts) => lineOn(deps, screen, session, prompts),
    lineWith: (prompt) => lineWith(deps, prompt),
    draftsOf(session, { id, text }) {
      const keys = agents.of(session).typing(typeable(text));
      return draftsOf(keys).map((draft) => ({ prompt: id, text: draft }));
    },
    async markOf(session) {
      return (await windows.list()).find((window) => window.session === session)?.typed;
    },
    press: (session, keys) => windows.type(session.id, keys),
    mayType: (session, prompt) => mayType(deps, session, prompt),
    announce: (session, { id }) => windows.type(session.id, [], typingMark(id, 'next')),
    type: (session, prompt, withEnter) => typeText(deps, session, prompt, withEnter),
    takesImmediateEnter: (session, { text }) =>
      agents.of(session).takesImmediateEnter?.(typeable(text)) === true,
    submit: (session, { id }) =>
      windows.type(session.id, agents.of(session).submitting(), typingMark(id, 'enter')),
  };
}

async function typeText(
  deps: AgentInputDeps,
  session: Session,
  prompt: Prompt,
  withEnter: boolean,
): Promise<void> {
  const { agents, windows } = deps;
  if (!mayType(deps, session, prompt))
    throw new PanesError('refused', 'not all of it was written by the user, and it would run');
  const agent = agents.of(session);
  const keys = agent.typing(typeable(prompt.text));
  if (runsText(deps, session)) keys.push({ kind: 'pause', ms: UNSEEN_PAUSE_MS });
  else if (!withEnter) return windows.type(session.id, keys, typingMark(prompt.id, 'text'));
  await windows.type(session.id, [...keys, ...agent.submitting()], typingMark(prompt.id, 'enter'));
}

function mayType(deps: AgentInputDeps, session: Session, { own }: Prompt): boolean {
  return own === true || !runsText(deps, session);
}

/** Whether a program that may run what is typed reads the session's input, instead of an agent with an input line. */
function runsText({ agents }: AgentInputDeps, session: Session): boolean {
  return session.surface === 'screen' || agents.of(session).surface === 'screen';
}

function liveSession({ registry }: AgentInputDeps, id: string): Session | undefined {
  const session = registry.get(id);
  return session !== undefined && isLive(session) ? session : undefined;
}

function lineOn(
  { agents }: AgentInputDeps,
  screen: ShadedScreen,
  session: Session,
  prompts: readonly Prompt[],
): InputLine {
  const texts = prompts.map(({ text }) => typeable(text));
  return agents.of(session).inputLine(screen, texts);
}

async function lineWith(deps: AgentInputDeps, prompt: Prompt): Promise<InputLine | null | undefined> {
  const session = liveSession(deps, prompt.session);
  if (session === undefined) return undefined;
  if (runsText(deps, session)) return null; // whatever runs there, the next text is another line of it
  const { lines } = await deps.windows.capture(session.id);
  return lineOn(deps, readShades(lines), session, [prompt]);
}
