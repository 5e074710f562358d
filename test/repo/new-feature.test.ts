// Reads: packages/worker/src/app/ packages/worker/src/cards/button.ts packages/worker/src/chat/command.ts packages/worker/src/words/topic.ts scripts/identities.mjs
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { identitiesAsData } from '../../scripts/identities.mjs';

const root = join(__dirname, '../..');

/** A feature that counts: a command, a button, a stored value, and texts in three languages. Nothing of it is in the kernel. */
const FOLDER: Readonly<Record<string, string>> = {
  'words/en.ts': `export const en = { menu: 'Count', count_one: 'Counted {{count}} time.', count_other: 'Counted {{count}} times.', more: 'Count again' } as const;\n`,
  'words/ru.ts': `export const ru = { menu: 'Счётчик', count_one: 'Посчитано {{count}} раз.', count_few: 'Посчитано {{count}} раза.', count_many: 'Посчитано {{count}} раз.', count_other: 'Посчитано {{count}} раза.', more: 'Ещё раз' } as const;\n`,
  'words/zh.ts': `export const zh = { menu: '计数', count_other: '已计数 {{count}} 次。', more: '再来一次' } as const;\n`,
  'words/words.ts': `
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';
export const countWords = topic('count', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  count: (count: number) => say('count', { count }),
  more: say('more'),
}));
`,
  'store.ts': `
import type { Settings } from '../../store/settings';
/** How often each chat counted. */
export const createCountStore = (settings: Pick<Settings, 'get' | 'set'>) => ({
  next(chatId: number): number {
    const count = Number(settings.get(\`chat:\${chatId}\`, 'count') ?? '0') + 1;
    settings.set(\`chat:\${chatId}\`, 'count', String(count));
    return count;
  },
});
`,
  'feature.ts': `
import type { CreateFeature } from '../../app/model';
import { button, plainButton } from '../../cards/button';
import { commands } from '../../chat/command';
import { createCountStore } from './store';
import { countWords } from './words/words';
const countButton = plainButton('count', 'count');
export const count: CreateFeature = ({ settings }) => {
  const store = createCountStore(settings);
  return {
    name: 'count',
    commands: commands<{ readonly do: 'count' }>({
      count: {
        slash: { names: ['count'], read: () => ({ do: 'count' }) },
        menu: (words) => words.of(countWords).menu,
        button: countButton,
        run({ chatId, say, ack, words }) {
          ack();
          const text = words.of(countWords);
          say(text.count(store.next(chatId)), [[button(countButton, text.more, {})]]);
        },
      },
    }),
  };
};
`,
};

/** Uses the feature as a user does, in the languages of the three clients, and over a restart of the worker. */
const TRY = `
import { KernelUnderTest } from './kernel';
async function use(language: string, texts: readonly string[], more: string): Promise<string[]> {
  const w = new KernelUnderTest({}, language);
  try {
    await w.open();
    w.telegram.owner.say('/count');
    const first = await w.until(() => w.said(texts[0] ?? '')[0]);
    w.telegram.owner.tap(more, first.id);
    await w.until(() => w.said(texts[1] ?? '')[0]);
    await w.stop();
    await w.start();
    w.telegram.owner.say('/count');
    await w.until(() => w.said(texts[2] ?? '')[0]);
    return texts as string[];
  } finally {
    await w.close();
  }
}
async function all() {
  return {
    en: await use('en', ['Counted 1 time.', 'Counted 2 times.', 'Counted 3 times.'], 'Count again'),
    ru: await use('ru', ['Посчитано 1 раз.', 'Посчитано 2 раза.', 'Посчитано 3 раза.'], 'Ещё раз'),
    zh: await use('zh', ['已计数 1 次。', '已计数 2 次。', '已计数 3 次。'], '再来一次'),
  };
}
all().then(
  (done) => console.log(JSON.stringify(done)),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
`;

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-new-feature-'));
  const sources = join(dir, 'packages/worker/src');
  cpSync(join(root, 'packages/worker/src'), sources, { recursive: true });
  cpSync(join(root, 'packages/worker/package.json'), join(dir, 'packages/worker/package.json'));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  mkdirSync(join(sources, 'features/count/words'), { recursive: true });
  for (const [name, text] of Object.entries(FOLDER))
    writeFileSync(join(sources, 'features/count', name), text);
  // The one line: where the feature is registered. Its import is the compiler's half of the same line.
  const list = join(sources, 'app/features.ts');
  const listed = readFileSync(list, 'utf8').replace(
    'FEATURES: readonly CreateFeature[] = [',
    "$&\n  require('../features/count/feature').count,",
  );
  writeFileSync(list, listed);
  writeFileSync(join(sources, 'fixtures/try-feature.ts'), TRY);
  await build({
    absWorkingDir: dir,
    entryPoints: { try: `${sources}/fixtures/try-feature.ts` },
    outdir: join(dir, 'dist'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
    external: ['@napi-rs/canvas', '@photostructure/sqlite', 'fs-ext', 'node-pty'],
    plugins: [identitiesAsData()],
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('a new feature: one folder, and one line of registration', () => {
  it('has its command, its button, its stored value and its texts in every language', () => {
    const run = spawnSync(process.execPath, [join(dir, 'dist/try.js')], {
      env: { PATH: process.env['PATH'] ?? '', HOME: dir },
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(JSON.parse(run.stdout)).toMatchObject({
      en: ['Counted 1 time.', expect.anything(), expect.anything()],
    });
  });
});
