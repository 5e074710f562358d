import { deadline } from '@ccbot/shared/deadline';
import { access, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openForeign } from '@ccbot/shared/files/foreign-file';
import { whyUnread } from '@ccbot/shared/files/why-unread';
import { CONVERTED_BYTES, CONVERT_MS, conversion, inputFormatOf } from './conversion';
import { runProgram, type Ran } from './run-program';
import type { Transcriber } from './speech';

/** The agent gets a recording as a file when it is not transcribed within this time, ms. */
const DEADLINE_MS = 15 * 60_000;

/** What whisper.cpp prints for silence and noise. */
const NOT_SAID = /\[[A-Z_ ]+\]|\((?:silence|music|noise|wind|inaudible)[^()]*\)/gi;

export interface WhisperOptions {
  /** whisper.cpp's `whisper-cli`, and its model. */
  bin: string;
  model: string;
  /** The spoken language as whisper.cpp names it, `auto`, or empty for the language of the user's client. */
  language: string;
  /** Path of ffmpeg. Null: whisper.cpp gets the recording as it is, and reads it if it was built to. */
  ffmpeg: string | null;
  env: Readonly<Record<string, string | undefined>>;
  deadlineMs?: number;
  /** In place of {@link CONVERT_MS}. */
  convertMs?: number;
}

type Request = Parameters<Transcriber['transcribe']>[1];

/** Transcribes with whisper.cpp, on this machine. */
export function createWhisper(options: WhisperOptions): Transcriber {
  return {
    async transcribe(path, request) {
      const missing = await firstMissing([options.bin, options.model].filter((p) => p.includes('/')));
      if (missing !== null) return { ok: false, reason: `${missing} is not there` };
      const stop = deadline(options.deadlineMs ?? DEADLINE_MS, request.signal);
      const folder = await mkdtemp(join(tmpdir(), 'ccbot-voice-'));
      try {
        const ran = await convertAndListen(options, path, folder, request, stop);
        if (ran.ok) return { ok: true, text: textOf(ran.stdout) };
        const isLate = stop.aborted && !request.signal.aborted;
        return { ok: false, reason: isLate ? 'it took too long' : ran.reason };
      } catch (error) {
        return { ok: false, reason: whyUnread(error) };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function convertAndListen(
  options: WhisperOptions,
  path: string,
  folder: string,
  request: Request,
  signal: AbortSignal,
): Promise<Ran> {
  const { ffmpeg, env } = options;
  if (ffmpeg === null) return listen(options, path, request, signal);
  const recording = join(folder, 'voice.wav');
  const format = inputFormatOf(await headOf(path));
  if (format === null) return { ok: false, reason: 'it is no OGG, MP3 or M4A recording' };
  const stop = deadline(options.convertMs ?? CONVERT_MS, signal);
  const converted = await runProgram(ffmpeg, conversion(path, format, recording), { env, signal: stop });
  const isLate = stop.aborted && !signal.aborted;
  if (!converted.ok) return isLate ? { ok: false, reason: 'the conversion took too long' } : converted;
  // ffmpeg ends without an error at its limits, and half a transcript would look like a whole one.
  if ((await stat(recording)).size >= CONVERTED_BYTES) return { ok: false, reason: 'it is too long' };
  return listen(options, recording, request, signal);
}

/** The agent may have put something else in the place of the recording, which is in its directory. */
async function headOf(path: string): Promise<Uint8Array> {
  const file = await openForeign(path, 'refuse');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function listen(
  options: WhisperOptions,
  recording: string,
  { language, onProgress }: Request,
  signal: AbortSignal,
): Promise<Ran> {
  const spoken = options.language || (language ?? '').split('-')[0] || 'auto';
  const args = ['-m', options.model, '-f', recording, '-l', spoken, '-nt', '-np', '-pp'];
  let reported = 0;
  const onLine = (line: string): void => {
    const percent = Number(/progress\s*=\s*(\d+)\s*%/.exec(line)?.[1] ?? NaN);
    if (!(percent > reported && percent <= 100)) return;
    reported = percent;
    onProgress(percent);
  };
  return runProgram(options.bin, args, { env: options.env, signal, onLine });
}

function textOf(output: string): string {
  return output.replace(NOT_SAID, ' ').replace(/\s+/g, ' ').trim();
}

async function firstMissing(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    try {
      await access(path);
    } catch {
      return path; // the user is told this path
    }
  }
  return null;
}
