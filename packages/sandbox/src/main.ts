import { createRequire } from 'node:module';
import { join } from 'node:path';
import { version } from '../package.json';
import { readCommandLine } from './cli';
import { chooseAgent } from './demo/choose';
import { runDemo } from './demo/run';
import { startSandbox } from './sandbox';

/** The exit code of a question that was answered with Ctrl-C, as shells have it. */
const GAVE_UP = 130;

/** The bundle lies in `dist`, and its page beside it. */
const assets = join(__dirname, 'chat-page');

async function main(): Promise<number> {
  const asked = await readCommandLine(process.argv.slice(2), version);
  if ('exit' in asked) return asked.exit;
  const { request } = asked;
  if (request.run === 'demo') {
    const terminal = { input: process.stdin, output: process.stderr };
    const chosen = await chooseAgent(request.agent, process.env['PATH'] ?? '', terminal);
    if (chosen === 'gave-up') return GAVE_UP;
    const resolveFrom = createRequire(__filename).resolve;
    return runDemo(
      { ...request, ...chosen },
      {
        programs: {
          supervisor: resolveFrom('@ccbot/supervisor/bin'),
          worker: resolveFrom('@ccbot/worker/bin'),
          scriptedAgent: join(__dirname, '..', 'bin', 'ccbot-scripted-agent.js'),
          assets,
        },
        version,
        env: process.env,
        say: (words) => process.stderr.write(`${words}\n`),
        onStop,
      },
    );
  }
  const sandbox = await startSandbox({ port: request.port, pacing: request.pacing, assets });
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
