import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFixture } from '../fixtures/bundle';

let compiler: string;
let runner: string;
let dir: string;
let program: string;
beforeAll(() => {
  compiler = bundleFixture(join(__dirname, 'main.ts'), 'compiler');
  runner = bundleFixture(join(__dirname, 'fixtures/runner.ts'), 'runner');
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-compiled-'));
  program = join(dir, 'program.js');
  install('one');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const INSTALLED = new Date('2026-01-01T00:00:00Z');

/** Writes a program of always the same length that prints a word of three letters. */
function install(word: string, at = INSTALLED): void {
  writeFileSync(
    program,
    `const { join } = require('node:path');
     if (process.argv[2] === 'crash') throw new Error('crashed');
     if (process.argv[2] === 'more') console.log(require('./more.js'), join(__dirname) === ${JSON.stringify(dir)}, __filename === ${JSON.stringify(program)});
     else console.log('${word}');
     if (process.argv[2] === 'stay') setInterval(() => {}, 1_000);`,
  );
  utimesSync(program, at, at);
  writeFileSync(join(dir, 'more.js'), `module.exports = 'more of ${word}';`);
}

function compile(...options: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [...options, compiler, program], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

/** Runs the program through the runner, as `bin/` does. */
function run(
  args: string[] = [],
  options: string[] = [],
): { out: string; err: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...options, runner, program, compiler, ...args],
    { encoding: 'utf8' },
  );
  return { out: stdout.trim(), err: stderr, status };
}

const forms = (): string[] => {
  const folder = join(dir, 'compiled');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

it('runs a program that was not compiled', () => {
  expect(run()).toEqual({ out: 'one', err: '', status: 0 });
  expect(forms()).toEqual([]);
});

it('runs what was compiled, not the text of the same length', () => {
  compile();
  install('two');
  expect(run().out).toBe('one');
});

it('runs the text once it is newer than its compiled form', () => {
  compile();
  install('two', new Date('2026-01-01T00:00:01Z'));
  expect(run()).toEqual({ out: 'two', err: '', status: 0 });
});

it('keeps a form for each set of options of Node.js', () => {
  compile();
  install('two');
  expect(run([], ['--max-semi-space-size=4']).out).toBe('two');
  compile('--max-semi-space-size=4');
  expect(forms()).toHaveLength(2);
  install('six');
  expect([run().out, run([], ['--max-semi-space-size=4']).out]).toEqual(['one', 'two']);
});

it.each([
  ['a changed byte', (form: Buffer) => form.fill(0x55, form.length >> 1, (form.length >> 1) + 1)],
  ['a lost end', (form: Buffer) => form.subarray(0, form.length - 100)],
  ['zeros after a power cut', (form: Buffer) => form.fill(0)],
  ['nothing', () => Buffer.alloc(0)],
])('runs the text when the compiled form has %s', (_what, damage) => {
  compile();
  install('two');
  for (const form of forms()) writeFileSync(form, damage(readFileSync(form)));
  expect(run()).toEqual({ out: 'two', err: '', status: 0 });
});

it('gives the program what Node.js gives a module, and loads others for it', () => {
  compile();
  expect(run(['more']).out).toBe('more of one true true');
});

it('names the place of an error as Node.js does', () => {
  const place = /program\.js:2:\d+/.exec(run(['crash']).err)?.[0];
  expect(place).toBeDefined();
  compile();
  install('two');
  const { err, status } = run(['crash']);
  expect(err).toContain(`${place}`);
  expect(status).toBe(1);
});

describe('a program in parts', () => {
  const WORDS = ['one', 'two'] as const;

  /** The program exports a word, and its part says it with one of its own. */
  function installInParts(word: (typeof WORDS)[number]): void {
    const texts = {
      'program.js': `exports.word = '${word}'; console.log(require('./part.js').text, require('./part.js').runs);`,
      'part.js': `exports.runs = (exports.runs ?? 0) + 1; exports.text = require('./program.js').word + '/${word}';`,
    };
    for (const [name, text] of Object.entries(texts)) {
      writeFileSync(join(dir, name), text);
      utimesSync(join(dir, name), INSTALLED, INSTALLED);
    }
  }

  it('runs each from its compiled form, once', () => {
    installInParts('one');
    expect(run().out).toBe('one/one 1');
    compile();
    expect(forms()).toHaveLength(2);
    installInParts('two');
    expect(run().out).toBe('one/one 1');
  });

  it('gives a part without a compiled form the program that runs', () => {
    installInParts('one');
    compile();
    installInParts('two');
    for (const form of forms().filter((path) => path.includes('part.js'))) rmSync(form);
    expect(run().out).toBe('one/two 1');
  });
});

describe('the optimizing compiler', () => {
  const TAG = "require('node:v8').cachedDataVersionTag().toString(16)";

  /** V8's tag without any option, and with the compiler off. */
  const [plain = '', off = ''] = spawnSync(
    process.execPath,
    ['-p', `[${TAG}, (require('node:v8').setFlagsFromString('--no-opt'), ${TAG})].join()`],
    { encoding: 'utf8' },
  )
    .stdout.trim()
    .split(',');

  beforeEach(() => {
    writeFileSync(program, `console.log([${TAG}, require('./part.js'), ${TAG}].join())`);
    writeFileSync(join(dir, 'part.js'), `module.exports = ${TAG};`);
  });

  it('is off for a program and its parts, compiled or not', () => {
    expect(run().out).toBe([off, off, off].join());
    compile();
    expect(run().out).toBe([off, off, off].join());
    expect(off).not.toBe(plain);
  });

  it('is on while forms are written, so that Node.js’s own are read too', () => {
    compile();
    expect(forms().map((path) => path.split('-').at(-1))).toEqual([plain, plain]);
  });
});

/** Resolves when the program has a compiled form. */
function compiled(): Promise<void> {
  const folder = join(dir, 'compiled');
  mkdirSync(folder);
  return new Promise((resolve) => {
    const watcher = watch(folder, () => {
      if (!forms().some((path) => !path.endsWith('.tmp'))) return;
      watcher.close();
      resolve();
    });
  });
}

it('compiles a program that stays, for its next start', async () => {
  const isCompiled = compiled();
  const child = spawn(process.execPath, [runner, program, compiler, 'stay'], { stdio: 'ignore' });
  try {
    await isCompiled;
  } finally {
    child.kill();
  }
  install('two');
  expect(run().out).toBe('one');
});
