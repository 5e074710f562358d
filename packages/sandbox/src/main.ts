import { version } from '../package.json';
import { readCommandLine } from './cli';
import { runDemo } from './demo';
import { startSandbox } from './sandbox';

async function main(): Promise<number | null> {
  const asked = await readCommandLine(process.argv.slice(2), version);
  if ('exit' in asked) return asked.exit;
  const { request } = asked;
  if (request.run === 'demo') return runDemo(request);
  const { telegram, page } = await startSandbox({ port: request.port, pacing: request.pacing });
  process.stdout.write(`${JSON.stringify({ apiRoot: telegram.apiRoot, token: telegram.token, page })}\n`);
  process.on('SIGINT', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  return null; // runs until a signal ends it
}

main().then(
  (code) => {
    if (code !== null) process.exit(code);
  },
  (error: unknown) => {
    const reason =
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? 'the port is in use; choose another with --port'
        : String(error);
    process.stderr.write(`ccbot-sandbox: ${reason}\n`);
    process.exit(1);
  },
);
