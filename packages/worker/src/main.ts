import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { wantsColour } from '@ccbot/shared/cli/colour';
import { loadConfig } from '@ccbot/shared/config/load';
import { ensureDirectories, tokenLockPath } from '@ccbot/shared/config/paths';
import { secretsOf } from '@ccbot/shared/config/secrets';
import { fault, faultText, FaultError, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { adoptLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { acquireInstance } from '@ccbot/shared/lock/instance';
import { createLog } from '@ccbot/shared/log/logger';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { GENERATION_ENV, LOCK_FD_ENV } from '@ccbot/shared/protocol/messages';
import { ownVariables } from './agents/registry';
import { readCommandLine } from './cli';
import { runForever } from './app/forever';
import { runOnce } from './app/once';
import { openStore, storeFault } from './store/open';
import { createPainter } from './picture/painter';
import { createBotApi } from './telegram/adapter';
import { createFileSource } from './telegram/files';
import { agentFactory } from './telegram/proxy';
import { windowEnvironment } from './terminal/environment';
import { openPanes } from './terminal/open';
import { version } from '../package.json';

async function main(): Promise<number> {
  const asked = await readCommandLine(process.argv.slice(2), version);
  if ('exit' in asked) return asked.exit;
  const { request } = asked;
  if (request.run === 'hook') {
    const [{ hookCommand }, { hookCommandLine }] = await Promise.all([
      import('./hook/install'),
      import('./hook/entries'),
    ]);
    return hookCommand(request, {
      env: process.env,
      home: homedir(),
      command: hookCommandLine(process.execPath, join(__dirname, 'hook.js')),
      statusLine: hookCommandLine(process.execPath, join(__dirname, 'statusline.js')),
      out: process.stdout,
      err: process.stderr,
    });
  }

  if (request.run === 'commands') {
    process.stdout.write(`${JSON.stringify(request.tree)}\n`);
    return EXIT.ok;
  }
  if (request.run === 'canary') {
    const { canaryCommand } = await import('./canary/command');
    return canaryCommand(request, {
      loaded: loadConfig({ cwd: process.cwd(), env: process.env, home: homedir() }, { needBot: false }),
      user: { path: process.env['PATH'] ?? '/usr/bin:/bin', home: homedir() },
      out: process.stdout,
      err: process.stderr,
      now: () => Date.now(),
    });
  }
  if (request.run === 'import') {
    const { importCommand } = await import('./features/import/command');
    return importCommand({
      ...request,
      loaded: loadConfig({ cwd: process.cwd(), env: process.env, home: homedir() }),
      env: process.env,
      home: homedir(),
      version,
      out: process.stdout,
      err: process.stderr,
      now: () => Date.now(),
    });
  }
  if (request.run === 'doctor') {
    const [{ runDoctor }, { hookCommandLine }] = await Promise.all([
      import('./doctor/command'),
      import('./hook/entries'),
    ]);
    return runDoctor({
      loaded: loadConfig({ cwd: process.cwd(), env: process.env, home: homedir() }, { needBot: false }),
      host: {
        env: process.env,
        home: homedir(),
        hookCommand: hookCommandLine(process.execPath, join(__dirname, 'hook.js')),
        statusLine: hookCommandLine(process.execPath, join(__dirname, 'statusline.js')),
      },
      version,
      repair: request.repair,
      out: process.stdout,
      now: () => Date.now(),
    });
  }
  if (request.run === 'send-file') {
    const { sendCommand } = await import('./features/send-file/command');
    const { env, stdout: out, stderr: err } = process;
    return sendCommand(request, { env, home: homedir(), cwd: process.cwd(), out, err });
  }

  const loaded = loadConfig({ cwd: process.cwd(), env: process.env, home: homedir() });
  if (!loaded.ok) return fail(...loaded.faults);
  const { config, paths } = loaded;
  const trouble = ensureDirectories(paths);
  if (trouble !== null) return fail(trouble);

  const fd = process.env[LOCK_FD_ENV];
  const supervised = fd !== undefined && process.send !== undefined;
  const held = supervised
    ? adoptLock(paths.lock, Number(fd))
    : acquireInstance(
        {
          lock: paths.lock,
          tokenLock: tokenLockPath(config.TELEGRAM_BOT_TOKEN, config.TELEGRAM_API_ROOT),
        },
        holderOfThisProcess(version, paths.dir, Date.now(), 'worker'),
      );
  if (!held.ok) return fail(held.fault);

  const terminal = wantsColour(process.stderr, process.env);
  const log = createLog({
    level: config.LOG_LEVEL,
    secrets: secretsOf(config),
    fields: {
      program: 'worker',
      ...(supervised ? { generation: Number(process.env[GENERATION_ENV] ?? 0) } : {}),
    },
    // The supervisor writes what a supervised worker prints into the worker log.
    stream: supervised
      ? { to: process.stdout, as: 'json', colour: false }
      : { to: process.stderr, as: config.CCBOT_LOG_FORMAT === 'json' ? 'json' : 'text', colour: terminal },
  });
  const report = (thrown: unknown): Fault => {
    const error = storeFault(paths.db, thrown);
    const f = error instanceof FaultError ? error.fault : fault('UNEXPECTED', { reason: reasonOf(error) });
    log('error', faultText(f), error instanceof Error && !(error instanceof FaultError) ? { error } : {});
    return f;
  };
  // Nothing is known to be whole then: the next worker goes on from what is on disk. Node.js would exit with 1, which says that the lock is held.
  process.once('uncaughtException', (thrown) => {
    const { exit } = report(thrown);
    void log.close().finally(() => process.exit(exit));
  });
  try {
    const now = (): number => Date.now();
    const store = openStore(paths.db, now);
    const env = windowEnvironment(process.env, ownVariables());
    const panes = await openPanes(
      {
        socket: config.CCBOT_TMUX_SOCKET,
        session: config.TMUX_SESSION_NAME,
        env,
        ownVariables: ownVariables(),
        log: (level, text, meta) => log(level, text, meta),
      },
      async () => {
        log('warn', fault('TMUX_MISSING', {}).what);
        const { createPtyPanes } = await import('./terminal/pty/panes');
        return createPtyPanes({ env, log: (level, text, meta) => log(level, text, meta) });
      },
    );
    const painter = createPainter({ program: join(__dirname, 'picture.js'), env: { PATH: env['PATH'] } });
    const makeAgent = await agentFactory(config.TELEGRAM_API_ROOT, config.TG_PROXY_URL);
    const api = (): ReturnType<typeof createBotApi> =>
      createBotApi({
        token: config.TELEGRAM_BOT_TOKEN,
        apiRoot: config.TELEGRAM_API_ROOT,
        makeAgent,
      });
    const deps = {
      config,
      paths,
      store,
      panes,
      painter,
      log,
      now,
      version,
      instance: randomUUID(),
      // A connection of its own for polling: to rebuild it must not break a send under way.
      api: api(),
      pollApi: api(),
      files: createFileSource({
        api: api(),
        token: config.TELEGRAM_BOT_TOKEN,
        apiRoot: config.TELEGRAM_API_ROOT,
        makeAgent,
      }),
      env: process.env,
      home: homedir(),
      cwd: process.cwd(),
      chance: () => Math.random(),
    };
    const code =
      request.run === 'once' ? await runOnce(deps, request.json) : await runForever(deps, supervised);
    await painter.stop();
    store.close();
    return code;
  } catch (thrown) {
    return report(thrown).exit;
  } finally {
    await log.close();
  }
}

/** Prints every fault; the exit code is the first one's. */
function fail(...faults: Fault[]): number {
  for (const f of faults) process.stderr.write(`ccbot: ${faultText(f)}\n`);
  return faults[0]?.exit ?? EXIT.config;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`ccbot: ${reasonOf(error)}\n`);
    process.exit(EXIT.temporary);
  },
);
