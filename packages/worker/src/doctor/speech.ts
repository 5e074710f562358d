import { access, constants } from 'node:fs/promises';
import { checkOf } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { findProgram } from '../sessions/lifecycle/find-program';
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
  const path = env['PATH'] ?? '/usr/bin:/bin';
  if ((await findProgram(bin.replace(/^~(?=\/)/, home), path)) === null)
    return [
      check.bad(
        `${bin} was not found`,
        'Install whisper.cpp, or set WHISPER_BIN to the path of whisper-cli.',
      ),
    ];
  try {
    await access(model.replace(/^~(?=\/)/, home), constants.R_OK);
  } catch (error) {
    return [
      check.bad(
        `the model cannot be read: ${reasonOf(error)}`,
        'Set WHISPER_MODEL_PATH to a whisper.cpp model.',
      ),
    ];
  }
  const hasFfmpeg = (await findProgram('ffmpeg', path)) !== null;
  return [
    hasFfmpeg
      ? check.ok('transcribed by whisper.cpp')
      : check.warn(
          'ffmpeg was not found',
          'Install it. Most builds of whisper.cpp cannot read Telegram’s recordings.',
        ),
  ];
};
