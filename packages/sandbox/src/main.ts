import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepareEnvironment } from '@ccbot/shared/config/own-environment';
import { version } from '../package.json';
import { readCommandLine, type Request } from './cli';
import { chooseAgent } from './demo/choose';
import { runDemo } from './demo/run';
import { startSandbox } from './sandbox';

/** Exit code after Ctrl-C at the question, as in a shell. */
const CANCELLED = 130;

/** The bundle is in `dist`, with the page beside it. */
const assets = join(__dirname, 'chat-page');

async function main(): Promise<number> {
  const commandLine = await readCommandLine(process.argv.slice(2), version);
  if ('exit' in commandLine) return commandLine.exit;
  const { request } = commandLine;
  prepareEnvironment(process.env, undefined);
  return request.run === 'demo' ? demo(request) : serve(request);
}

async function demo(request: Extract<Request, { run: 'demo' }>): Promise<number> {
  const terminal = { input: process.stdin, output: process.stderr };
  const choice = await chooseAgent(request.agent, process.env['PATH'] ?? '', terminal);
  if (choice === 'cancelled') return CANCELLED;
  const { resolve } = createRequire(__filename);
  return runDemo(
    { ...request, ...choice },
    {
      programs: {
        supervisor: resolve('@ccbot/supervisor/bin'),
        worker: resolve('@ccbot/worker/bin'),
        scriptedAgent: join(__dirname, '..', 'bin', 'ccbot-scripted-agent.js'),
        assets,
      },
      version,
      env: process.env,
      say: (text) => process.stderr.write(`${text}\n`),
      onStop,
    },
  );
}

async function serve({ port, pacing }: Extract<Request, { run: 'serve' }>): Promise<number> {
  const sandbox = await startSandbox({ port, pacing, assets });
  const { apiRoot, token } = sandbox.telegram;
  process.stdout.write(`${JSON.stringify({ apiRoot, token, page: sandbox.page })}\n`);
  await new Promise<void>((done) => onStop(done));
  await sandbox.close();
  return 0;
}

function onStop(listener: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const reason =
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? 'the port is in use; choose another with --port'
        : String(error);
    process.stderr.write(`ccbot-sandbox: ${reason}\n`);
    process.exit(1);
  },
);
