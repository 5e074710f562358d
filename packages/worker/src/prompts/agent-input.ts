import type { InputLine } from '../agents/agent';
import type { AgentCatalog } from '../agents/catalog';
import { isLive, type Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { PanesError, type Keystroke, type Panes } from '../terminal/panes';
import { typeable } from '../terminal/sanitize';
import { readShades, type ShadedScreen } from '../terminal/shade';
import type { ScreenReader, ScreenReading } from '../watch/screen-reader';
import type { Prompt } from './model';

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
  /** Whether a prompt is still in the input line; null: its session has no such line. */
  holds(prompt: Prompt): Promise<boolean | null>;
  press(session: Session, keys: readonly Keystroke[]): Promise<void>;
  /**
   * Whether a prompt may be typed into a session. Where text runs, in a shell or another program, only a text that the
   * user wrote may: what others wrote would be theirs to run.
   */
  mayType(session: Session, prompt: Prompt): boolean;
  /** Types the text of a prompt and submits it. Rejects with `refused` if it may not be typed. */
  type(session: Session, prompt: Prompt): Promise<void>;
  /** Submits what the input line holds. */
  submit(session: Session): Promise<void>;
}

export interface AgentInputDeps {
  registry: Pick<Registry, 'get'>;
  agents: Pick<AgentCatalog, 'of'>;
  windows: Pick<Panes, 'capture' | 'type'>;
  screenReader: Pick<ScreenReader, 'read'>;
}

export function createAgentInput(deps: AgentInputDeps): AgentInput {
  const { registry, agents, windows, screenReader } = deps;
  return {
    session: (id) => registry.get(id),
    liveSession: (id) => liveSession(deps, id),
    read: (session) => screenReader.read(session),
    lineOn: (screen, session, prompts) => lineOn(deps, screen, session, prompts),
    holds: (prompt) => holds(deps, prompt),
    press: (session, keys) => windows.type(session.id, keys),
    mayType: (session, prompt) => mayType(deps, session, prompt),
    async type(session, prompt) {
      if (!mayType(deps, session, prompt))
        throw new PanesError('refused', 'not all of it was written by the user, and it would run');
      await windows.type(session.id, agents.of(session).typing(typeable(prompt.text)));
    },
    submit: (session) => windows.type(session.id, agents.of(session).submitting()),
  };
}

function mayType({ agents }: AgentInputDeps, session: Session, { own }: Prompt): boolean {
  const runsText = session.surface === 'screen' || agents.of(session).surface === 'screen';
  return own === true || !runsText;
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

async function holds(deps: AgentInputDeps, prompt: Prompt): Promise<boolean | null> {
  const session = liveSession(deps, prompt.session);
  if (session === undefined) return false;
  if (session.surface === 'screen') return null; // whatever runs there, the next text is another line of it
  const { lines } = await deps.windows.capture(session.id);
  return lineOn(deps, readShades(lines), session, [prompt]).is === 'prompt';
}
