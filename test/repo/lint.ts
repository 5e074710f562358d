import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './files';

const CONFIG = 'oxlint.config.mjs';
const OXLINT = join(root, 'node_modules/oxlint/bin/oxlint');

/**
 * Lints texts as if they stood in these files; for each the names of the rules that complain. In a folder of their own, so
 * that the rules with types read them and not whole packages.
 */
export function lint(cases: readonly { file: string; code: string }[]): string[][] {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ccbot-lint-')));
  try {
    for (const path of [CONFIG, 'scripts/lint', 'tsconfig.base.json'])
      cpSync(join(root, path), join(folder, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const compilerOptions = { moduleDetection: 'force', composite: false };
    const tsconfig = { extends: './tsconfig.base.json', compilerOptions, include: ['packages'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const files = cases.map(({ file }, index) => file.replace('/src/', `/src/case-${index}/`));
    for (const [index, file] of files.entries()) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), cases[index]?.code ?? '');
    }
    const found = run(folder, ['--format', 'json', 'packages']) as { diagnostics: readonly Finding[] };
    return files.map((file) => found.diagnostics.filter((f) => f.filename === file).map(nameOf));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The names of all rules that are on for some file. */
export function activeRules(): string[] {
  const config = run(root, ['--print-config']) as Rules & { overrides: readonly Rules[] };
  const rules = [config, ...config.overrides].flatMap((part) => Object.entries(part.rules ?? {}));
  const active = rules.filter(([, setting]) => (Array.isArray(setting) ? setting[0] : setting) !== 'allow');
  return [...new Set(active.map(([name]) => name))];
}

interface Finding {
  filename: string;
  /** `eslint(no-empty)`; missing for a comment that turns off nothing. */
  code?: string;
  message: string;
}

interface Rules {
  rules?: Readonly<Record<string, unknown>>;
}

function run(cwd: string, args: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [OXLINT, '-c', CONFIG, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`oxlint did not run: ${stdout}${stderr}`, { cause });
  }
}

/** The name of a rule as the configuration has it, or what was found without a rule. */
function nameOf({ code, message }: Finding): string {
  const [, plugin, rule] = /^(.+)\((.+)\)$/.exec(code ?? '') ?? [];
  if (rule === undefined) return message;
  return plugin === 'eslint' ? rule : `${plugin}/${rule}`;
}
