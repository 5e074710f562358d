import type { Agent } from './agent';
import type { RequestPort } from './request';
import type { CommandSource } from './command-of';
import type { AgentIdentity } from './identity';

/** How an agent lets ccbot know what happens: commands that it runs at its events, named in a file of JSON. */
export interface HookSetup {
  /** The file. `home` is the person's home directory. */
  file(home: string, env: Readonly<Record<string, string | undefined>>): string;
  /** The events whose hooks ccbot needs, and the seconds the agent waits for one. */
  events: Readonly<Record<string, number>>;
  /** What the person has to do at the terminal before the agent runs new hooks; absent: nothing. */
  afterInstall?: string;
}

/** Where an agent lives while the canary tries it out. */
export interface CanaryPlace {
  /** A home and a project of its own; both are there, and empty. */
  home: string;
  project: string;
  /** A model on loopback that speaks the Messages API and the Responses API. */
  url: string;
  /** Letters and digits for a key that opens nothing. */
  secret: string;
}

/** How an agent is set up for the canary: flags beside those of its command, directories, files and environment. */
export interface CanarySetup {
  flags: readonly string[];
  prepare(place: CanaryPlace): {
    directories: readonly string[];
    files: Readonly<Record<string, string>>;
    env: Readonly<Record<string, string>>;
  };
  /** The tool call by which the model has it run a command that it must ask leave for. */
  asking(command: string): { name: string; input: Readonly<Record<string, unknown>> };
}

/** One kind of agent as it is registered: all that can be said of it before one is started. */
export interface AgentKind extends AgentIdentity {
  /** Whether it is meant where none is named, as by the hooks of a version that knew no other. Of one alone. */
  readonly usual?: true;
  /** Name for people. */
  readonly title: string;
  /** What may stand behind `/new @id`, in its order, for the help. */
  readonly args: readonly ('name' | 'path' | 'command')[];
  /** Its command line and flags, or the settings with them; null: the person writes the command line, and {@link AgentKind.runner} runs it. */
  readonly settings: { command: CommandSource; flags: CommandSource } | null;
  /** What runs a command line of the person's, as words. Only of such a kind. */
  runner?(env: Readonly<Record<string, string | undefined>>): string[];
  /** Its hooks; null: it has none. */
  readonly hooks: HookSetup | null;
  /** How it asks through its hooks; null: it does not. */
  readonly asks: RequestPort | null;
  /** Variables by which it tells programs of itself: a new window must not inherit them. Null: there are none. */
  readonly ownVariables: RegExp | null;
  /** How the canary tries out a new version of it; null: it cannot. */
  readonly canary: CanarySetup | null;
  create(env: Readonly<Record<string, string | undefined>>): Agent;
}
