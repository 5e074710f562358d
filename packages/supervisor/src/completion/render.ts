import type { CommandTree, OptionRow } from '@ccbot/shared/cli/tree';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The completion script, with a comment at its start that says how to enable it. */
export function renderCompletion(tree: CommandTree, shell: Shell): string {
  return { bash, zsh, fish }[shell](tree);
}

/** A command with the words that lead to it. */
interface Place {
  /** Such as `service install`; empty for the program itself. */
  path: readonly string[];
  command: CommandTree;
}

function places(tree: CommandTree, path: readonly string[] = []): Place[] {
  return [{ path, command: tree }, ...tree.commands.flatMap((sub) => places(sub, [...path, sub.name]))];
}

const flagsOf = (command: CommandTree): string[] => command.options.flatMap((option) => [...option.flags]);

/** What can follow a command: its subcommands, the words of its first argument, its options. */
const wordsOf = (command: CommandTree): string[] => [
  ...command.commands.map((sub) => sub.name),
  ...(command.words[0] ?? []),
  ...flagsOf(command),
];

const valued = (command: CommandTree): OptionRow[] => command.options.filter((option) => option.takesValue);

/** Files are offered for an argument that can be anything. */
const takesFiles = (command: CommandTree): boolean => command.words.some((words) => words.length === 0);

/** A pattern for `case` in a shell. */
const key = (path: readonly string[]): string => `'${path.join(' ')}'`;

function bash(tree: CommandTree): string {
  const all = places(tree);
  const commands = all.flatMap(({ path }) =>
    path.length === 0 ? [] : [`      ${key(path)}) place=$next ;;`],
  );
  const values = all.flatMap(({ path, command }) =>
    valued(command).map(
      (option) =>
        `    ${option.flags.map((flag) => `'${[...path, flag].join(' ')}'`).join('|')}) ${
          option.choices.length > 0
            ? `COMPREPLY=($(compgen -W '${option.choices.join(' ')}' -- "$current"))`
            : 'COMPREPLY=($(compgen -f -- "$current"))'
        }; return ;;`,
    ),
  );
  const words = all.map(
    ({ path, command }) =>
      `    ${key(path)}) COMPREPLY=($(compgen ${takesFiles(command) ? '-f ' : ''}-W '${wordsOf(command).join(' ')}' -- "$current")) ;;`,
  );
  return `# Completion of ${tree.name} for bash. To enable it: source <(${tree.name} completion bash)
_${tree.name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} place='' next word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    next="\${place:+$place }$word"
    case $next in
${commands.join('\n')}
    esac
  done
  case "\${place:+$place }\${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
  esac
  case $place in
${words.join('\n')}
  esac
}
complete -o filenames -F _${tree.name} ${tree.name}
`;
}

/** Text for use inside single quotes. */
const quoted = (text: string): string => text.replaceAll("'", '’');

/** Text for use in a description of zsh's `_describe`. */
const described = (text: string): string => quoted(text).replaceAll(/[[\]:\\]/g, ' ');

function zsh(tree: CommandTree): string {
  const all = places(tree);
  const branches = all.map(({ path, command }) => {
    const subs = command.commands.map((sub) => `'${sub.name}:${described(sub.about)}'`);
    const words = (command.words[0] ?? []).map((word) => `'${word}'`);
    const options = command.options.flatMap((option) =>
      option.flags.map((flag) => `'${flag}:${described(option.about)}'`),
    );
    return `    ${key(path)})
      items=(${[...subs, ...words, ...options].join(' ')})
      _describe -V '${[tree.name, ...path].join(' ')}' items${takesFiles(command) ? '; _files' : ''} ;;`;
  });
  const values = all.flatMap(({ path, command }) =>
    valued(command).map(
      (option) =>
        `    ${option.flags.map((flag) => `'${[...path, flag].join(' ')}'`).join('|')}) ${
          option.choices.length > 0 ? `compadd -- ${option.choices.join(' ')}` : '_files'
        }; return ;;`,
    ),
  );
  const commands = all.flatMap(({ path }) =>
    path.length === 0 ? [] : [`      ${key(path)}) place=$next ;;`],
  );
  return `#compdef ${tree.name}
# Completion of ${tree.name} for zsh. To enable it, after compinit: source <(${tree.name} completion zsh)
_${tree.name}() {
  local place='' next i
  local -a items
  for ((i = 2; i < CURRENT; i++)); do
    next="\${place:+$place }\${words[i]}"
    case $next in
${commands.join('\n')}
    esac
  done
  case "\${place:+$place }\${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case $place in
${branches.join('\n')}
  esac
}
compdef _${tree.name} ${tree.name}
`;
}

function fish(tree: CommandTree): string {
  const lines = [
    `# Completion of ${tree.name} for fish. To enable it: ${tree.name} completion fish | source`,
    `complete -c ${tree.name} -f`,
  ];
  for (const { path, command } of places(tree)) {
    const here = path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const below = command.commands.map((sub) => sub.name);
    const alone =
      path.length === 0
        ? '__fish_use_subcommand'
        : [...here, ...(below.length > 0 ? [`not __fish_seen_subcommand_from ${below.join(' ')}`] : [])].join(
            '; and ',
          );
    const condition = path.length === 0 ? '__fish_use_subcommand' : here.join('; and ');
    for (const sub of command.commands) {
      lines.push(`complete -c ${tree.name} -n '${alone}' -a ${sub.name} -d '${quoted(sub.about)}'`);
    }
    const words = command.words[0] ?? [];
    if (words.length > 0) lines.push(`complete -c ${tree.name} -n '${condition}' -a '${words.join(' ')}'`);
    if (takesFiles(command)) lines.push(`complete -c ${tree.name} -n '${condition}' -F`);
    for (const option of command.options) {
      const flags = option.flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const value = option.takesValue
        ? option.choices.length > 0
          ? ` -x -a '${option.choices.join(' ')}'`
          : ' -r'
        : '';
      lines.push(
        `complete -c ${tree.name} -n '${condition}' ${flags.join(' ')} -d '${quoted(option.about)}'${value}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
