import type { Figures, SessionEvent } from '../sessions/events';
import type { AgentLogin } from './login';
import type { Keystroke } from '../terminal/panes';
import type { ShadedScreen } from '../terminal/shade';
import type { Language } from '../words/language';

/** How to start the agent of a session. */
export interface LaunchRequest {
  /** The command from the settings, split into words, such as `['claude']`. The program is already resolved to a path. */
  command: readonly string[];
  /** The flags from the settings, split into words. */
  flags: readonly string[];
  /** The agent's own id of the session to resume. Absent: start a new one. */
  resume?: string;
  /** The user's command line, for an agent that runs one. */
  line?: string;
}

/** Whether text can be typed into an agent, judged by its screen. */
export type Readiness =
  /** Still starting or restoring: hold prompts back. */
  | 'starting'
  /** The input line is there. Typing is fine even while a turn runs: the agent queues it. */
  | 'ready'
  /** A dialog is open (trust, login, permission). Text must not be typed into it. */
  | 'dialog';

/** The content of an agent's input line. */
export type InputLine =
  /** The screen shows no input line: a page, a search, another mode. */
  | { is: 'hidden' }
  | { is: 'empty' }
  /**
   * None of the given prompts: somebody is writing at the terminal. `text`: its core, see `core`. `clearing`: the
   * keystrokes that delete it.
   */
  | { is: 'draft'; text: string; clearing: Keystroke[] }
  /**
   * One of the given prompts, by index. `whole`: exactly its text and nothing else. Otherwise the line shows a part
   * of it, or the agent's placeholder for a long text, which says that the agent has read all of it. `clearing`: the
   * keystrokes that delete it.
   */
  | { is: 'prompt'; prompt: number; whole: boolean; isPlaceholder?: true; clearing: Keystroke[] };

/** Reads the transcript of one agent session: whole lines, in order. */
export interface TranscriptReader {
  /**
   * Turns one line into events. A line that is not JSON, or of an unknown kind, becomes `other`, never an error.
   * The reader holds the state that spans lines, such as the open message. A new reader may start at any offset and
   * catches up by itself.
   */
  read(line: string): SessionEvent[];
}

/** A live agent session found through the agent's own state files, without a hook. */
export interface LiveSession {
  pid: number;
  sessionId: string;
  cwd: string;
  transcriptPath: string;
  /** The agent's own word for its state. `waiting`: a dialog is open. Absent when it gives none. */
  status?: 'idle' | 'busy' | 'waiting';
  /** When `status` last changed, ms since the epoch. */
  statusAt?: number;
}

/**
 * The files in which an agent notes its live sessions, one a process. A change of the directory tells that a session
 * moved, or that its state changed, before any record or hook does.
 */
export interface LiveNotes {
  directory(home: string): string;
  /** What the file of this name in it says. Null: nothing of a live session. Never rejects. */
  read(home: string, name: string): Promise<LiveSession | null>;
}

/** A past session that an agent has stored and can resume. */
export interface EarlierSession {
  /** The agent's own id of the session. */
  sessionId: string;
  transcriptPath: string;
  /** The user's first prompt, on one line. */
  about: string;
  /** The time of the last record, ms since the epoch. */
  at: number;
}

/** A command that the user can give to an agent. */
export interface AgentCommand {
  /** As the agent calls it, such as `fix-bug` or `plugin:deploy`. */
  name: string;
  /** The text to type, such as `/fix-bug`. Arguments follow after a space. */
  typed: string;
  /** A description on one line. May be empty. */
  about: string;
}

/** The port to one kind of coding agent. Everything specific to an agent lives in its folder. */
export interface Agent {
  /** Stable name, such as `claude`; also the `backend` of session_map.json. */
  readonly id: string;
  /** Name for people, such as `Claude Code`. */
  readonly title: string;
  /**
   * `screen`: the agent writes no transcript, so its screen is the only source. Absent: it writes its turns into a
   * transcript.
   */
  readonly surface?: 'screen';
  /** The argv to run in the window. */
  launch(request: LaunchRequest): string[];
  /** Reads the screen (visible rows, no escapes). */
  readiness(screen: readonly string[]): Readiness;
  /**
   * The keystrokes that enter a prompt exactly as the user wrote it, without submitting it. `text` holds no control
   * characters.
   */
  typing(text: string): Keystroke[];
  /**
   * The keystrokes that submit the input line. They are pressed once the line shows the prompt, and again when the agent
   * did not take them.
   */
  submitting(): Keystroke[];
  /**
   * Whether an agent that reads its keys takes an Enter that follows the keystrokes of this text immediately, however much
   * it reads at once. Absent: it takes none like that.
   */
  takesImmediateEnter?(text: string): boolean;
  /**
   * Reads the input line. `prompts` are the ones that may be in it: a prompt that was not submitted, or one that an
   * interrupted agent put back. The newest match wins. An agent that cannot tell answers `empty`.
   */
  inputLine(screen: ShadedScreen, prompts: readonly string[]): InputLine;
  /** The command that clears the context. Absent for an agent that has none. */
  readonly clearing?: string;
  /** The keystrokes that interrupt a turn. */
  interrupt(): Keystroke[];
  reader(): TranscriptReader;
  /**
   * The path of the transcript of a sub-agent that `agent.started` named `file`. Absent for an agent whose sub-agents
   * write no transcript.
   */
  subTranscript?(transcriptPath: string, file: string): string;
  /** A reader of such a transcript. It emits `agent.doing` with `id`, the tool call that started the sub-agent. */
  subReader?(id: string): TranscriptReader;
  /**
   * Finds the transcript of the sub-agent that the tool call `id` started, when no event named its file. Null: not
   * there yet. Absent as above.
   */
  findSubTranscript?(transcriptPath: string, id: string): Promise<string | null>;
  /** Reads the figures from the payload of the status line. Absent for an agent that has them in its transcript. */
  figures?(payload: Readonly<Record<string, unknown>>): Figures;
  /**
   * The end of the text that the agent is writing in a running turn, as the screen shows it. Null when it is not
   * writing. Absent for an agent whose screen does not show it.
   */
  writing?(screen: readonly string[]): string | null;
  /** How the user logs in again from the chat. Absent for an agent that has no login program. */
  readonly login?: AgentLogin;
  /**
   * The commands of a session in `cwd`, the user's own first. Built-in commands are described in `language`. Absent
   * for an agent that has none. Never rejects.
   */
  commands?(home: string, cwd: string, language: Language): Promise<readonly AgentCommand[]>;
  /**
   * The stored sessions of a directory, newest first, at most `most`. Absent for an agent that stores none. Never
   * rejects.
   */
  earlier?(home: string, cwd: string, most: number): Promise<readonly EarlierSession[]>;
  /**
   * The transcript of a session, wherever it is now: agents move and compress them. Looked up each time; of several, the
   * one that was written last. Null: there is none. Absent for an agent that writes none. Never rejects.
   */
  findTranscript?(home: string, sessionId: string): Promise<string | null>;
  /**
   * The directory in which a stored session was working when its transcript ended, from which it is resumed. Null: the
   * transcript does not say. Absent for an agent that resumes a session anywhere. Never rejects.
   */
  directoryOf?(transcriptPath: string): Promise<string | null>;
  /** Absent for an agent that notes no live sessions. */
  readonly notes?: LiveNotes;
  /** Finds the session that runs as process `pid`. Null: none. `home` is the user's home directory. */
  discover(home: string, pid: number): Promise<LiveSession | null>;
  /**
   * The live processes of a session, wherever they were started. Absent for an agent that stores no sessions.
   */
  processesOf?(home: string, sessionId: string, transcriptPath: string): Promise<readonly number[]>;
  /** Whether a process also serves windows of other sessions, so that it must not be killed. Absent: none does. */
  isShared?(pid: number): Promise<boolean>;
}
