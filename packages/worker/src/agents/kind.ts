import type { Agent } from './agent';
import type { CommandSource } from './command-of';
import type { RuleList } from './deny-rules';
import type { AgentIdentity, AgentSummary } from './model';
import type { RequestPort } from './request';

/** Places besides the file with the hooks in which {@link HookSetup.switches}, or more, switch hooks off. */
export interface HookSwitches {
  /** Files in a working directory, the strongest first. Each can also switch hooks on again. */
  project: readonly string[];
  /** Where an administrator has files: one by its name, and `*.json` in a directory. They are above all others. */
  managed(platform: NodeJS.Platform): { file: string; directory: string };
  /** Settings that switch the user's hooks off in those files alone. */
  managedSwitches: readonly string[];
  /** Variables of the agent that do it. */
  variables: readonly string[];
}

/** The hooks of an agent: commands that it runs at its events, listed in a JSON file. */
export interface HookSetup {
  /** The file. `home` is the user's home directory. */
  file(home: string, env: Readonly<Record<string, string | undefined>>): string;
  /** The events that ccbot needs, and how many seconds the agent waits for each hook. */
  events: Readonly<Record<string, number>>;
  /** Other settings in the file by which hooks are switched off. Absent: there are none. */
  switches?: readonly string[];
  /** Where else hooks are switched off. Absent: nowhere, as far as we know. */
  elsewhere?: HookSwitches;
  /** What the user must do at the terminal before the agent runs new hooks. Absent: nothing. */
  afterInstall?: string;
}

/** Rules in an agent's own settings by which it refuses its tools ccbot's directory and tmux. */
export interface DenySetup {
  /** `dir` is the `CCBOT_DIR`, absolute. */
  rules(dir: string, home: string): readonly string[];
  /** What the rules keep the agent from, as measured, for a sentence such as “… keeps Claude Code from ‹this›”. */
  keepsFrom: string;
  /**
   * Where the rules are: the two keys of a list in the settings file with the hooks, such as `permissions` and `deny`, or
   * a file that is all ccbot's, with one rule a line.
   */
  place:
    | { list: RuleList }
    | { file(home: string, env: Readonly<Record<string, string | undefined>>): string };
}

/** Where an agent lives during the canary. */
export interface CanaryPlace {
  /** Both directories exist and are empty. */
  home: string;
  project: string;
  /** A model on loopback that speaks the Messages API and the Responses API. */
  url: string;
  /** Letters and digits for a fake API key. */
  secret: string;
}

/** How the canary sets an agent up. `flags` are added to those of its command. */
export interface CanarySetup {
  flags: readonly string[];
  prepare(place: CanaryPlace): {
    directories: readonly string[];
    files: Readonly<Record<string, string>>;
    env: Readonly<Record<string, string>>;
  };
  /** The tool call with which the model runs `command`. The agent must ask for permission first. */
  asking(command: string): { name: string; input: Readonly<Record<string, unknown>> };
}

/** A registered kind of agent: everything that is known before a session starts. */
export interface AgentKind extends AgentIdentity, AgentSummary {
  readonly id: string;
  /** The default, also for hooks of old versions that named no agent. Only one kind may set it. */
  readonly usual?: true;
  /** Its command line and flags, or the settings that hold them. Null: the user writes the command line, and {@link AgentKind.runner} runs it. */
  readonly settings: { command: CommandSource; flags: CommandSource } | null;
  /** The words of the command that runs the user's command line. Only for a kind without settings. */
  runner?(env: Readonly<Record<string, string | undefined>>): string[];
  /** Null: it has no hooks. */
  readonly hooks: HookSetup | null;
  /** The rules that its settings can hold against itself. Null: it offers none. */
  readonly deny: DenySetup | null;
  /** How it asks for decisions through its hooks. Null: it does not. */
  readonly requests: RequestPort | null;
  /**
   * The variables that it sets for the programs it runs, besides those in the shared table (`environment/table.ts`). A new
   * window must not inherit them. Null: there are none.
   */
  readonly ownVariables: RegExp | null;
  /** Null: the canary cannot test it. */
  readonly canary: CanarySetup | null;
  create(env: Readonly<Record<string, string | undefined>>): Agent;
}
