import { homedir } from 'node:os';
import { inHome } from '@ccbot/shared/config/absolute-path';
import { workingDirectory } from '@ccbot/shared/config/own-environment';
import type { Config } from '@ccbot/shared/config/schema';
import { agentEnvironment } from '@ccbot/shared/environment/agents';
import { fault } from '@ccbot/shared/faults/fault';
import type { Log } from '@ccbot/shared/log/logger';
import { withheldFromAgents } from '../agents/withheld';
import { createPainter, type Painter } from '../picture/painter';
import { createSettings } from '../store/settings';
import { createBotApi } from '../telegram/adapter';
import type { BotApi } from '../telegram/api';
import { createFileSource } from '../telegram/files';
import { openRoute } from '../telegram/proxy';
import { openPanes } from '../terminal/open';
import { createServerMemory } from '../terminal/tmux/server-memory';
import type { TmuxOptions } from '../terminal/tmux/state';
import type { Panes } from '../terminal/panes';
import type { PollWorld, RunWorld } from './run-world';

/** A world whose programs are stopped with the run. */
export interface OpenedWorld extends RunWorld {
  painter: Painter;
}

/** Opens what is left of the world; `picture` is the program that draws screens. */
export async function openWorld(base: PollWorld, picture: string): Promise<OpenedWorld> {
  const { config, paths, store, log } = base;
  const env = agentEnvironment(process.env, withheldFromAgents(config));
  const servers = createServerMemory(createSettings(store), log);
  const panes = await openTerminal(config, { owner: paths.dir, servers }, env, log);
  const painter = createPainter({ program: picture, env: { PATH: env['PATH'] } });
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = config;
  const route = await openRoute(apiRoot, config);
  const api = (): BotApi => createBotApi({ token, apiRoot, ...route });
  return {
    ...base,
    panes,
    painter,
    api: api(),
    apiAt: async (root) => createBotApi({ token, apiRoot: root, ...(await openRoute(root, config)) }),
    files: createFileSource({
      api: api(),
      token,
      apiRoot,
      filesDir: inHome(config.TELEGRAM_LOCAL_FILES, homedir()),
      makeAgent: route.makeAgent,
    }),
    home: homedir(),
    cwd: workingDirectory(homedir()),
  };
}

/** tmux where it is installed; else a terminal whose windows end with the worker. */
function openTerminal(
  config: Config,
  { owner, servers }: Pick<TmuxOptions, 'owner' | 'servers'>,
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<Panes> {
  return openPanes(
    {
      program: config.CCBOT_TMUX,
      socket: config.CCBOT_TMUX_SOCKET,
      session: config.TMUX_SESSION_NAME,
      owner,
      servers,
      env,
      withheld: withheldFromAgents(config),
      log,
    },
    async () => {
      log('warn', fault('TMUX_MISSING', {}).what);
      const { createPtyPanes } = await import('../terminal/pty/panes');
      return createPtyPanes({ env, log });
    },
  );
}
