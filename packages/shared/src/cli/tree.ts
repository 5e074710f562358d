/** A command line as data: what shells complete, and what one program knows of another's. */
export interface CommandTree {
  name: string;
  about: string;
  options: readonly OptionRow[];
  /** The words that each argument can be; empty for one that can be anything, such as a file. */
  words: readonly (readonly string[])[];
  commands: readonly CommandTree[];
}

/** One option. */
export interface OptionRow {
  /** As they are written: `-f`, `--follow`. */
  flags: readonly string[];
  about: string;
  /** Whether a value follows. */
  takesValue: boolean;
  /** The values it can have; empty: anything. */
  choices: readonly string[];
}

/** What is used of commander's `Command`. */
interface CommandLike {
  name(): string;
  description(): string;
  readonly options: readonly {
    short?: string | undefined;
    long?: string | undefined;
    description: string;
    required: boolean;
    optional: boolean;
    hidden: boolean;
    argChoices?: readonly string[] | undefined;
  }[];
  readonly registeredArguments: readonly { argChoices?: readonly string[] | undefined }[];
  readonly commands: readonly CommandLike[];
}

/** The tree of a program. Hidden options are left out, and commands whose name begins with an underscore. */
export function treeOf(command: CommandLike): CommandTree {
  return {
    name: command.name(),
    about: command.description(),
    options: command.options
      .filter((option) => !option.hidden)
      .map((option) => ({
        flags: [option.short, option.long].filter(
          (flag): flag is string => flag !== undefined && flag !== null,
        ),
        about: option.description,
        takesValue: option.required || option.optional,
        choices: option.argChoices ?? [],
      })),
    words: command.registeredArguments.map((argument) => argument.argChoices ?? []),
    commands: command.commands.filter((sub) => !sub.name().startsWith('_')).map(treeOf),
  };
}
