import * as z from 'zod/mini';

const strings = z.readonly(z.array(z.string()));

const optionRow = z.object({
  /** Such as `-f` and `--follow`. */
  flags: strings,
  about: z.string(),
  takesValue: z.boolean(),
  /** The allowed values; empty: anything. */
  choices: strings,
});
export type OptionRow = z.infer<typeof optionRow>;

/** A command line as data, for shell completion. The supervisor also reads the worker's. */
export interface CommandTree {
  name: string;
  about: string;
  options: readonly OptionRow[];
  /** The allowed words of each argument; empty if it can be anything, such as a file. */
  words: readonly (readonly string[])[];
  commands: readonly CommandTree[];
}
export const commandTree: z.ZodMiniType<CommandTree> = z.object({
  name: z.string(),
  about: z.string(),
  options: z.readonly(z.array(optionRow)),
  words: z.readonly(z.array(strings)),
  commands: z.readonly(z.array(z.lazy(() => commandTree))),
});

/** The part of commander's `Command` that we use. */
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

/** Leaves out hidden options, and commands whose name begins with an underscore. */
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
