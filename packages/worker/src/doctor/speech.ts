import { access, constants } from 'node:fs/promises';
import { inHome } from '@ccbot/shared/config/absolute-path';
import { checkOf } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { probeProgram } from '@ccbot/shared/programs/probe';
import type { Examine } from './deps';

/** The programs that transcribe voice messages. They are optional. */
export const examineSpeech: Examine = async ({ config, host: { env, home } }) => {
  const check = checkOf('speech', 'voice messages');
  if (config === null) return [check.skipped('the settings are not valid')];
  const { WHISPER_BIN: bin, WHISPER_MODEL_PATH: model } = config;
  if (bin === '' && model === '') return [check.ok('sent to the agent as files (WHISPER_BIN is not set)')];
  if (bin === '' || model === '') {
    const missing = bin === '' ? 'WHISPER_BIN' : 'WHISPER_MODEL_PATH';
    return [check.warn(`${missing} is not set, so ccbot transcribes nothing`, 'Set both or neither.')];
  }
  const whisper = await probeProgram(inHome(bin, home), ['--help'], env);
  if (whisper.is === 'missing')
    return [
      check.bad(
        `${bin} was not found`,
        'Install whisper.cpp, or set WHISPER_BIN to the path of whisper-cli.',
      ),
    ];
  if (whisper.is === 'failing')
    return [check.bad(`${bin} does not start: ${whisper.reason}`, `Run \`${bin} --help\` by hand.`)];
  try {
    await access(inHome(model, home), constants.R_OK);
  } catch (error) {
    return [
      check.bad(
        `the model cannot be read: ${reasonOf(error)}`,
        'Set WHISPER_MODEL_PATH to a whisper.cpp model.',
      ),
    ];
  }
  const ffmpeg = await probeProgram('ffmpeg', ['-version'], env);
  if (ffmpeg.is === 'working') return [check.ok('transcribed by whisper.cpp')];
  return [
    check.warn(
      ffmpeg.is === 'missing' ? 'ffmpeg was not found' : `ffmpeg does not start: ${ffmpeg.reason}`,
      'Install it. Most builds of whisper.cpp cannot read Telegram’s recordings.',
    ),
  ];
};
