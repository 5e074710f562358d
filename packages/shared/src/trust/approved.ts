import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse } from 'dotenv';
import * as z from 'zod/mini';
import { readForeignSync } from '../files/foreign-file-sync';
import { replaceFile } from '../files/replace-file';
import { parseJson } from '../protocol/json';
import { fingerprint, fingerprintOf, type Fingerprint } from './fingerprint';

/**
 * What the user changed with `ccbot init` and `ccbot hook --install`. The worker reports every other change of these
 * files. Both programs write it before they write the file itself, so that a change of their own is never reported.
 */
export interface Approved {
  v: 1;
  /** The settings file that `ccbot init` wrote last. */
  env?: Fingerprint;
  /** By the path of an agent's settings file. */
  agents: Readonly<Record<string, ApprovedAgent>>;
}

export interface ApprovedAgent {
  /** The hooks that `ccbot hook --install` wrote last. */
  hooks?: Fingerprint;
  /** The deny rules that ccbot added, and the keys that it created for them: all that it may take away again. */
  deny?: { rules: readonly string[]; keys: readonly string[] };
}

const approved: z.ZodMiniType<Approved> = z.object({
  v: z.literal(1),
  env: z.exactOptional(fingerprint),
  agents: z.record(
    z.string(),
    z.object({
      hooks: z.exactOptional(fingerprint),
      deny: z.exactOptional(z.object({ rules: z.array(z.string()), keys: z.array(z.string()) })),
    }),
  ),
});

/** What was approved. Empty if nothing was, or if the file cannot be read: then every change is reported. */
export function readApproved(path: string): Approved {
  const nothing: Approved = { v: 1, agents: {} };
  try {
    return parseJson(approved, readForeignSync(path, 'approved')) ?? nothing;
  } catch {
    return nothing;
  }
}

/** Replaces the file atomically, 0600. Throws the errors of the file system. */
function changeApproved(path: string, change: (before: Approved) => Approved): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replaceFile(path, `${JSON.stringify(change(readApproved(path)))}\n`, 0o600);
}

/** Approves the text of a settings file. */
export function approveSettings(path: string, text: string): void {
  changeApproved(path, (all) => ({ ...all, env: fingerprintOf(parse(text)) }));
}

/** Changes what is approved for the settings file of one agent. */
export function changeApprovedAgent(
  path: string,
  file: string,
  change: (before: ApprovedAgent) => ApprovedAgent,
): void {
  changeApproved(path, (all) => ({
    ...all,
    agents: { ...all.agents, [file]: change(all.agents[file] ?? {}) },
  }));
}
