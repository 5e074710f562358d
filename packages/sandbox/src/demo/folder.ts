import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess, type Holder } from '@ccbot/shared/lock/holder';
import { faultText, type Fault } from '@ccbot/shared/faults/fault';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';

/** The directory of the demo, locked by this process. */
export interface DemoFolder {
  /** For `CCBOT_DIR`. */
  state: string;
  /** Where the agent works. */
  project: string;
  /** The scripted agent's files. */
  agent: string;
  /** Stores the address of the chat page, which a second demo shows. */
  announce(page: string): void;
  /** Releases the directory, which stays on disk. */
  close(): void;
}

export type OpenedFolder = { ok: true; folder: DemoFolder } | { ok: false; message: string };

/**
 * Locks the directory of the demo and clears the state of an earlier demo: the sandbox keeps its chats only in memory, and
 * their message ids would mean nothing in a new chat.
 * @param stopLeftOver stops a ccbot that an earlier demo left running; called only when there is one.
 */
export function openFolder(
  dir: string,
  version: string,
  at: number,
  stopLeftOver: (state: string) => void,
): OpenedFolder {
  const state = join(dir, 'state');
  const project = join(dir, 'project');
  const addressFile = join(dir, 'demo.json');
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    return { ok: false, message: `cannot create the directory ${dir}: ${(error as Error).message}` };
  }
  const holder = holderOfThisProcess(version, dir, at, 'command');
  const acquired = acquireLock(join(dir, 'demo.lock'), holder);
  if (!acquired.ok) {
    const page = pageIn(addressFile);
    const message =
      page === null
        ? faultText(acquired.fault)
        : `a demo is already running in ${dir}. Its chat: ${page}\nTo run a second demo, give it another directory: --dir PATH`;
    return { ok: false, message };
  }
  const { lock } = acquired;
  const refuse = (message: string): OpenedFolder => {
    lock.release();
    return { ok: false, message };
  };
  try {
    const fault = clearState(state, holder, stopLeftOver);
    if (fault !== null) return refuse(faultText(fault));
    createProject(project);
  } catch (error) {
    return refuse(`cannot use ${dir}: ${(error as Error).message}`);
  }
  return {
    ok: true,
    folder: {
      state,
      project,
      agent: join(dir, 'agent'),
      // Readable by this user only: whoever has the address can write in the chat.
      announce: (page) => writeFileSync(addressFile, `${JSON.stringify({ page })}\n`, { mode: 0o600 }),
      close() {
        rmSync(addressFile, { force: true });
        lock.release();
      },
    },
  };
}

/** Deletes the state. Returns the fault when a ccbot still runs in it. */
function clearState(state: string, holder: Holder, stopLeftOver: (state: string) => void): Fault | null {
  const lockFile = join(state, 'ccbot.lock');
  if (existsSync(lockFile)) {
    let acquired = acquireLock(lockFile, holder);
    if (!acquired.ok) {
      stopLeftOver(state);
      acquired = acquireLock(lockFile, holder);
    }
    if (!acquired.ok) return acquired.fault;
    acquired.lock.release();
  }
  rmSync(state, { recursive: true, force: true });
  return null;
}

/** The file with the address of a running demo's chat page. */
const address = z.object({ page: z.string() });

function pageIn(addressFile: string): string | null {
  try {
    return parseJson(address, readFileSync(addressFile, 'utf8'))?.page ?? null;
  } catch {
    return null; // the other demo is still starting, or has just ended
  }
}

/** Creates the small project in which the agent works. */
function createProject(project: string): void {
  mkdirSync(join(project, 'src'), { recursive: true, mode: 0o700 });
  const file = join(project, 'src', 'greet.js');
  if (!existsSync(file)) writeFileSync(file, "export const greet = (name) => 'Hello ' + name;\n");
}
