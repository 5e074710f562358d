// Prepares the lines of Node.js that ccbot supports, for the end-to-end test that runs under each: their distributions from
// npm, with headers, and the addons that are compiled for one line, in .cache/nodes. Safe to run twice at the same time.
//   node scripts/nodes.mjs             prepare what is missing
//   node scripts/nodes.mjs --print 26  print the program and the folder of the addons, as JSON; exit code 1 when missing
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { commandLine, inWorkFolder, move, pinnedPrograms, run, UserError } from './pinned.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache', 'nodes');

/** By line: the version, and the checksums of its packages. npm has those of macOS only up to Node.js 20. */
const LINES = {
  20: line('20.20.2', {
    'linux-x64': 'PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
    'linux-arm64': 'LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
  }),
  22: line('22.23.5', {
    'linux-x64': '3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
    'linux-arm64': 'e1LOUGKVruPGuLVutn8+Cgm5pI1APm4Kvh+zbb/qe/ZpD9s+TQby5iUgZOWmPpbSKpj0Td8DP1N0NEnXasHizg==',
  }),
  24: line('24.22.3', {
    'linux-x64': 'KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
    'linux-arm64': 'IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==',
  }),
  26: line('26.12.1', {
    'linux-x64': 'jk5LMAmgHlPlPMWpsUrSOqNaEZG+11UNd35hWQ+p5/XGaelWuTqJ69IcAy/5xtPPN4d5ZRBNOGB6gLMCh2kL9A==',
    'linux-arm64': '8Oxs6Y7rDcKufVIM/zYRSwytj46WOrZk7yFCLTKDcs17bBjAeD9HMAqo97hMfMyxozIud0S4vZCs5WB/3iavNQ==',
  }),
};

function line(version, checksums) {
  const packages = Object.entries(checksums).map(([platform, sum]) => [
    platform,
    [`node-${platform}`, `sha512-${sum}`],
  ]);
  return { version, program: 'package/bin/node', megabytes: 60, packages: Object.fromEntries(packages) };
}

const nodes = pinnedPrograms(LINES, cache, () => 'node');

/** Addons that are compiled for one line. The others are not: they use the stable interface of Node.js. */
const ADDONS = ['fs-ext'];

/** What they need to be built. */
const NEEDED = ['nan'];

const versionOf = (name) =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

/** The line of the Node.js that runs the tests: its addons are those of the clone. */
const isCurrent = (name) => process.versions.node.split('.')[0] === name;

function placeOf(name) {
  if (isCurrent(name)) return { node: process.execPath, modules: join(root, 'node_modules') };
  const built = ADDONS.map((addon) => `${addon}-${versionOf(addon)}`).join('-');
  return {
    node: nodes.programOf(name),
    modules: join(cache, `addons-${LINES[name].version}-${built}`, 'node_modules'),
  };
}

const isReady = ({ node, modules }) => existsSync(node) && existsSync(modules);

/** Whether nothing has to be fetched or built. */
export const isEveryLineReady = () => nodes.names.every((name) => isReady(placeOf(name)));

/** Fetches a line and builds its addons. Throws an error that says why it cannot be tested. */
async function prepareLine(name) {
  const { node, modules } = placeOf(name);
  if (isReady({ node, modules })) return console.log(`Node.js ${name} is already there`);
  await nodes.fetch(name);
  if (existsSync(modules)) return;
  const seconds = await inWorkFolder(cache, async (work) => {
    await build(node, work);
    move(work, dirname(modules));
  });
  console.log(`addons for Node.js ${name} are ready after ${seconds} s`);
}

/** Builds the sources of the clone's addons with the headers of `node`. */
async function build(node, work) {
  const modules = join(work, 'node_modules');
  for (const name of [...ADDONS, ...NEEDED])
    cpSync(join(root, 'node_modules', name), join(modules, name), {
      recursive: true,
      filter: (path) => path !== join(root, 'node_modules', name, 'build'),
    });
  const dependencies = Object.fromEntries(ADDONS.map((name) => [name, versionOf(name)]));
  const allowScripts = Object.fromEntries(ADDONS.map((name) => [name, true]));
  writeFileSync(join(work, 'package.json'), JSON.stringify({ dependencies, allowScripts }));
  await must('npm', ['rebuild', '--foreground-scripts', '--prefix', work], root, {
    PATH: `${dirname(node)}:${process.env.PATH}`,
    npm_config_nodedir: dirname(dirname(node)),
  });
  await must(node, ['-e', ADDONS.map((name) => `require('${name}')`).join(';')], work);
}

/** Runs a program. Throws an error with its last output when it fails. */
async function must(program, args, cwd, more = {}) {
  // A package manager that runs this script has settings of its own for the Node.js that runs it.
  const env = { ...withoutNpm(process.env), ...more };
  const { code, out, err } = await run(program, args, { cwd, env });
  if (code === 0) return;
  const output = `${out}${err}`.slice(-4_000).trim();
  throw new Error(`${program} ${args.join(' ')} failed (exit ${code}):\n${output}`);
}

const withoutNpm = (env) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_(?!config_registry$)/i.test(name)));

/** Prepares every line, as many at once as there are cores. Throws a UserError with the reasons for those that cannot be tested. */
async function prepareAll() {
  const waiting = nodes.names.filter((name) => !isReady(placeOf(name)));
  const failures = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      try {
        await prepareLine(name);
      } catch (error) {
        failures.push(`Node.js ${name} is not tested: ${error.message}`);
      }
    }
  };
  await Promise.all(cpus().map(work));
  if (failures.length > 0) throw new UserError(failures.join('\n'));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = await commandLine('nodes', nodes, {
    fetch: prepareAll,
    print(name) {
      const place = placeOf(name);
      return { text: JSON.stringify(place), isReady: isReady(place) };
    },
  });
