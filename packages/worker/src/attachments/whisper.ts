import { spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Transcriber } from './speech';

/** A recording that is not transcribed within this time is given to the agent as a file, ms. */
const DEADLINE_MS = 15 * 60_000;

/** The most characters of a program's output that are kept. */
const OUTPUT_MAX = 200_000;

/** What whisper.cpp prints for silence and noise, which nobody said. */
const NOT_SAID = /\[[A-Z_ ]+\]|\((?:silence|music|noise|wind|inaudible)[^)]*\)/gi;

/** Which programs, and with what. */
export interface WhisperOptions {
  /** whisper.cpp's `whisper-cli`, and its model. */
  bin: string;
  model: string;
  /** Spoken language as whisper.cpp names it, `auto`, or empty: the language of the person's phone. */
  language: string;
  /** Where ffmpeg is; null: the recording goes to whisper.cpp as it is, which reads what it was built for. */
  ffmpeg: string | null;
  env: Readonly<Record<string, string | undefined>>;
  deadlineMs?: number;
}

type Ran = { ok: true; stdout: string } | { ok: false; reason: string };

/** Transcribes with whisper.cpp, on this machine. */
export function createWhisper(options: WhisperOptions): Transcriber {
  function run(
    program: string,
    args: readonly string[],
    signal: AbortSignal,
    onLine: (line: string) => void,
  ): Promise<Ran> {
    return new Promise((resolve) => {
      // A group of its own: what it starts ends with it.
      const child = spawn(program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: options.env,
        detached: true,
      });
      let stdout = '';
      let last = '';
      let rest = '';
      const end = (): void => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended already
        }
      };
      signal.addEventListener('abort', end);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (stdout.length < OUTPUT_MAX) stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split(/[\r\n]+/);
        rest = (lines.pop() ?? '').slice(-1_000);
        for (const line of lines) {
          if (line.trim() !== '') last = line.trim();
          onLine(line);
        }
      });
      const finish = (ran: Ran): void => {
        signal.removeEventListener('abort', end);
        resolve(ran);
      };
      child.on('error', (error) => finish({ ok: false, reason: `${program}: ${reasonOf(error)}` }));
      child.on('close', (code, killed) => {
        const how = killed === null ? `exit code ${code}` : killed;
        const words = (rest.trim() || last).slice(0, 200);
        finish(
          code === 0
            ? { ok: true, stdout }
            : { ok: false, reason: `${how}${words === '' ? '' : `: ${words}`}` },
        );
      });
      if (signal.aborted) end();
    });
  }

  return {
    async transcribe(path, { language, signal, onProgress }) {
      const missing = await absent([options.bin, options.model].filter((p) => p.includes('/')));
      if (missing !== null) return { ok: false, reason: `${missing} is not there` };
      const stop = AbortSignal.any([signal, AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS)]);
      const folder = await mkdtemp(join(tmpdir(), 'ccbot-voice-'));
      try {
        let recording = path;
        if (options.ffmpeg !== null) {
          recording = join(folder, 'voice.wav');
          // What whisper.cpp reads in every build: 16 kHz, one channel, 16 bits.
          const form = ['-ar', '16000', '-ac', '1', '-c:a', 'pcm_s16le'];
          const quiet = ['-nostdin', '-loglevel', 'error', '-y'];
          const made = await run(
            options.ffmpeg,
            [...quiet, '-i', path, ...form, recording],
            stop,
            () => undefined,
          );
          if (!made.ok) return { ok: false, reason: why(made.reason, signal, stop) };
        }
        const spoken = options.language || (language ?? '').split('-')[0] || 'auto';
        const args = ['-m', options.model, '-f', recording, '-l', spoken, '-nt', '-np', '-pp'];
        let told = 0;
        const ran = await run(options.bin, args, stop, (line) => {
          const percent = Number(/progress\s*=\s*(\d+)\s*%/.exec(line)?.[1] ?? NaN);
          if (!(percent > told && percent <= 100)) return;
          told = percent;
          onProgress(percent);
        });
        if (!ran.ok) return { ok: false, reason: why(ran.reason, signal, stop) };
        return { ok: true, text: ran.stdout.replace(NOT_SAID, ' ').replace(/\s+/g, ' ').trim() };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function why(reason: string, signal: AbortSignal, stop: AbortSignal): string {
  return stop.aborted && !signal.aborted ? 'it took too long' : reason;
}

async function absent(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    try {
      await access(path);
    } catch {
      return path; // named in what the person is told
    }
  }
  return null;
}
