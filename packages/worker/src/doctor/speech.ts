import { access, constants } from 'node:fs/promises';
import { checkOf } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { findProgram } from '../sessions/lifecycle/opener';
import type { Examine } from './deps';

/** What turns voice messages into text. Not to have it is no fault. */
export const examineSpeech: Examine = async ({ config, env, home }) => {
  const check = checkOf('speech', 'voice messages');
  if (config === null) return [check.skipped('the settings are not valid')];
  const { WHISPER_BIN: bin, WHISPER_MODEL_PATH: model } = config;
  if (bin === '' && model === '') return [check.ok('they go to the agent as files (WHISPER_BIN is not set)')];
  if (bin === '' || model === '') {
    const missing = bin === '' ? 'WHISPER_BIN' : 'WHISPER_MODEL_PATH';
    return [check.warn(`${missing} is not set, so nothing is transcribed`, 'Set both, or none.')];
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
        'Set WHISPER_MODEL_PATH to a model of whisper.cpp.',
      ),
    ];
  }
  const converts = (await findProgram('ffmpeg', path)) !== null;
  return [
    converts
      ? check.ok('transcribed by whisper.cpp')
      : check.warn(
          'ffmpeg was not found',
          'Install it: most builds of whisper.cpp cannot read Telegram’s recordings.',
        ),
  ];
};
