import { COMPILING_ENV } from '@ccbot/shared/compiled/compiling';
import { prepareEnvironment } from '@ccbot/shared/config/own-environment';
import { excludeMemoryFromCoreDumps } from '@ccbot/shared/core-dumps/filter';
import { FaultError, faultText, reasonOf } from '@ccbot/shared/faults/fault';
import { allowSlowLinks } from '@ccbot/shared/net/attempts';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { forgetAllocator } from './app/allocator';
import { runProgram } from './app/programs';
import type { CommandLine } from './cli';
import { version } from '../package.json';

async function main(): Promise<number> {
  if (process.env[COMPILING_ENV] === '1') await loadAll();
  const commandLine = await parse(process.argv.slice(2));
  if ('exit' in commandLine) return commandLine.exit;
  const trouble = prepareEnvironment(process.env, commandLine.envFile);
  if (trouble !== null) {
    process.stderr.write(`ccbot: ${faultText(trouble)}\n`);
    return trouble.exit;
  }
  return runProgram(commandLine.request);
}

/** What a worker loads after its first poll. */
async function loadAll(): Promise<void> {
  await import('@ccbot/shared/log/winston');
  await import('./telegram/telegraf-call');
  await import('./app/bridge');
}

/** A supervisor starts its worker without arguments: then there is nothing to parse, and no parser to load. */
async function parse(argv: readonly string[]): Promise<CommandLine | { exit: number }> {
  if (argv.length === 0) return { request: { run: 'forever' }, envFile: undefined };
  const { readCommandLine } = await import('./cli');
  return readCommandLine(argv, version);
}

forgetAllocator(process.env);
allowSlowLinks();
excludeMemoryFromCoreDumps(); // the token and prompts
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof FaultError ? error.fault : null;
    process.stderr.write(`ccbot: ${known === null ? reasonOf(error) : faultText(known)}\n`);
    process.exit(known?.exit ?? EXIT.temporary);
  },
);
