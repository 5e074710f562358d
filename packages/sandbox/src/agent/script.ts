import { isAbsolute } from 'node:path';
import * as z from 'zod/mini';

const ms = z.optional(z.number().check(z.gte(0)));
const after = z.optional(z.string().check(z.refine(isAbsolute, 'is not an absolute path')));

const step = z.discriminatedUnion('do', [
  z.object({ do: z.literal('say'), text: z.string(), ms, after }),
  z.object({
    do: z.literal('tool'),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    result: z.string(),
    failed: z.optional(z.boolean()),
    /** The tool needs a permission first. */
    asks: z.optional(z.boolean()),
    ms,
  }),
]);

const file = z.object({
  turns: z.array(
    z.object({
      match: z.optional(z.string().check(z.refine(isPattern, 'is not a regular expression'))),
      steps: z.array(step),
    }),
  ),
});

/** One step of a scripted turn. `ms`: its duration. `after`: the step ends when this file exists. */
export type Step = z.infer<typeof step>;
/** The first turn whose `match` fits the prompt is played; a turn without `match` fits every prompt. */
export type ScriptedTurn = z.infer<typeof file>['turns'][number];

/** Parses a script file: `{"turns": [{"match": "…", "steps": […]}]}`. Throws an error that names the wrong place. */
export function parseScript(text: string): ScriptedTurn[] {
  const parsed = file.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data.turns;
  const [issue] = parsed.error.issues;
  throw new Error(`error in the script at ${issue?.path.join('.') ?? 'its start'}: ${issue?.message ?? ''}`);
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The script's turn for a prompt, or a turn that demonstrates what a coding agent does. */
export function turnFor(prompt: string, script: readonly ScriptedTurn[], cwd: string): readonly Step[] {
  const turn = script.find(({ match }) => match === undefined || new RegExp(match).test(prompt));
  return turn?.steps ?? demonstration(prompt, cwd);
}

function demonstration(prompt: string, cwd: string): Step[] {
  const asks = /\bask\b/i.test(prompt);
  return [
    { do: 'say', text: 'Let me look at the project first.', ms: 900 },
    {
      do: 'tool',
      name: 'Bash',
      input: { command: 'ls', description: 'List the files' },
      result: 'README.md\nsrc\ntest',
      ms: 700,
    },
    {
      do: 'tool',
      name: 'Read',
      input: { file_path: `${cwd}/src/greet.js` },
      result: "export const greet = (name) => 'Hello ' + name;",
      ms: 600,
    },
    { do: 'say', text: "Found it. I'll change one line and run the tests.", ms: 900 },
    {
      do: 'tool',
      name: 'Edit',
      input: {
        file_path: `${cwd}/src/greet.js`,
        old_string: "'Hello ' + name",
        new_string: '`Hello, ${name}!`',
      },
      result: 'The file was updated.',
      ms: 800,
    },
    {
      do: 'tool',
      name: 'Bash',
      input: { command: 'npm test', description: 'Run the tests' },
      result: '3 passed, 0 failed',
      asks,
      ms: 1_500,
    },
    lastAnswer(prompt),
  ];
}

/** The answer that ends the demonstration: it shows how Markdown looks in the chat, and what to try next. */
function lastAnswer(prompt: string): Step {
  const quoted = prompt.split('\n', 1)[0]?.slice(0, 80) ?? '';
  return {
    do: 'say',
    ms: 900,
    text: [
      `Done: **“${quoted}”**`,
      '',
      'This is a *scripted* agent, so nothing on your disk has changed. A real agent would have written this:',
      '',
      '```js',
      'export const greet = (name) => `Hello, ${name}!`;',
      '```',
      '',
      '| check | result |',
      '| --- | --- |',
      '| unit tests | 3 passed |',
      '| lint | clean |',
      '',
      '1. Send something else, or several lines.',
      '2. Tap **Stop** while the agent is working.',
      '3. Send “ask me first”: the tests then wait for your permission.',
      '4. Put a real bot token into `.env` and try it on your phone.',
    ].join('\n'),
  };
}
