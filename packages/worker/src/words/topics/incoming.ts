import type { TroubleCode } from '@ccbot/shared/net/classify';
import { code, fence } from '../markdown';
import type { Translator } from '../translate';

/** Why a file could not be downloaded; `trouble`: because Telegram cannot be used. */
export interface NoDownload {
  reason: string;
  trouble?: TroubleCode;
}

/** Texts about messages from users: files, voice, edits, floods. Markdown. */
export function incomingWordsIn(translator: Translator) {
  const t = translator.topic('incoming');
  const cause = translator.topic('causes');
  const restOf = (alone: boolean): string => (alone ? t('nothingTyped') : t('restGoes'));
  return {
    strange: (what: string) => t('strange', { what: code(what) }),
    editTooLate: t('editTooLate'),
    editUnknown: t('editUnknown'),
    fileTooBig: (name: string, mb: number, alone: boolean) =>
      t('fileTooBig', { name: code(name), mb, rest: restOf(alone) }),
    /** Why a download fails. */
    downloadReason: ({ reason, trouble }: NoDownload) =>
      trouble === undefined ? code(reason) : cause(trouble),
    /** `reason` is Markdown. */
    fileFailed: (name: string, reason: string, alone: boolean) =>
      t('fileFailed', { name: code(name), reason, rest: restOf(alone) }),
    fileLate: (name: string, reason: string) => t('fileLate', { name: code(name), reason }),
    whyNoFile: {
      'not-mine': (path: string) => t('notMine', { path: code(path) }),
      'disk-full': () => t('fileDiskFull'),
      unwritable: (_: string, reason: string) => t('unwritable', { reason: code(reason) }),
    },
    whyNotHere: {
      absent: (path: string) => t('localAbsent', { path: code(path) }),
      unreadable: (path: string) => t('localUnreadable', { path: code(path) }),
      'not-trusted': (path: string) => t('localNotTrusted', { path: code(path) }),
      'too-large': (path: string) => t('localNotTrusted', { path: code(path) }),
    },
    sessionGone: (name: string) => t('sessionGone', { name: code(name) }),
    notTyped: (name: string, files: readonly string[], canSave: boolean) =>
      [
        t('notTyped', { name: code(name) }),
        ...(files.length === 0 ? [] : [t('notTypedFiles', { paths: files.map(code).join(', ') })]),
        ...(canSave ? [t('notTypedTodo')] : []),
      ].join('\n\n'),
    saveAsFile: t('saveAsFile'),
    savedAs: (path: string) => t('savedAs', { path: code(path) }),
    notSaved: (reason: string) => t('notSaved', { reason }),
    saveGone: t('saveGone'),
    voiceUntyped: (missing: readonly string[]) =>
      t('voiceUntyped', { settings: missing.map((name) => `\`${name}\``).join(', ') }),
    transcribing: (percent: number | null) =>
      percent === null ? t('transcribing') : t('transcribingPercent', { percent }),
    transcribed: (text: string) => t('transcribed', { text: fence(text) }),
    transcriptEmpty: t('transcriptEmpty'),
    transcriptFailed: (reason: string) => t('transcriptFailed', { reason }),
    flooded: (count: number, perMinute: number, first: string) =>
      t('flooded', { count, most: perMinute, first: code(first) }),
  } as const;
}
