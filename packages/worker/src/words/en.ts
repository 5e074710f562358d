import { distanceOf, whenOf } from './when';

/** What ccbot itself says in the chat, in English. Markdown; what comes from elsewhere is put in by `code`. */
export const words = {
  emptyMessage: 'That message has no text I can type.',
  newUsage:
    'Start a session with `/new`, `/new name`, `/new /path/to/project` or `/new name /path/to/project`; `/new @agent …` chooses the agent (/help names them).',
  noSessions: 'No session is running. Start one with `/new /path/to/project`.',
  noActive: 'No session is chosen. Choose one with /sessions, or start one with /new.',
  noSuchSession: (name: string) => `No session is called ${code(name)}. See /sessions.`,
  expired: 'This button is no longer valid.',
  help: [
    '**ccbot** types what you write into a coding agent in your terminal and shows you here what it does.',
    '',
    '- `/new`: choose a directory and start an agent there; `/new [@agent] [name] [path]` without choosing',
    '- `/handover @agent [name]`: have another agent go on with a session',
    '- `/sessions`: all sessions, and which one you write to',
    '- `/switch name`: write to another session',
    '- `/inbox`: all that waits for you',
    '- `/allow`: let the agent do what it asks for, for a while',
    '- `/stop`: interrupt the agent',
    '- `/login`: log the agent in again',
    '- `/screen`: what its terminal shows, with keys',
    '- `/done`, `/kill [name]`: end a session; it goes to the archive',
    '- `/archive`: what ended, to look at and to go on with',
    '- `/rename name`: call the session otherwise',
    '- `/usage`: what the agents have used, and their limits',
    '- `/health`: how ccbot is doing',
    '',
    'Everything else goes to the agent as you wrote it, its own slash commands too. On your message you see where it is: 👀 typed, 👌 the agent has it, ✍ it is in the agent’s queue behind the running turn, 😴 it waits.',
  ].join('\n'),
  canaryTrouble: (title: string, version: string, wrong: readonly string[]) =>
    [
      `${title} ${code(version)} is new here, and ccbot does not understand all of it:`,
      '',
      ...wrong.map((one) => `- ${one}`),
      '',
      'Go back to the version before, or upgrade ccbot. `ccbot canary` at the terminal tries it again.',
    ].join('\n'),
  chooseSession: 'Your sessions. Tap one to write to it.',
  switched: (name: string) => `You are writing to ${code(name)}.`,
  noDirectory: (path: string) => `There is no directory ${code(path)}. Nothing was started; check the path.`,
  notADirectory: (path: string) => `${code(path)} is a file, not a directory. Nothing was started.`,
  unreadableDirectory: (path: string) =>
    `I may not enter ${code(path)}. Nothing was started; check its permissions.`,
  noCommand: (command: string, setting: string) =>
    `The agent's command ${code(command)} was not found. Install it, or set \`${setting}\` to its path and restart ccbot.`,
  openFailed: (reason: string) => `The window could not be opened: ${code(reason)}.`,
  noTmux:
    'tmux is not installed here, so this session ends when ccbot stops or restarts. Install tmux for sessions that stay.',
  diedAtOnce: (name: string, status: string, screen: string) =>
    `The agent of ${code(name)} ended at once (${status}). Its last words:\n${fence(screen)}`,
  died: (name: string, status: string, screen: string) =>
    `The agent of ${code(name)} ended (${status}).${screen === '' ? '' : ` Its last words:\n${fence(screen)}`}`,
  closedAtDesk: (name: string) => `The window of ${code(name)} was closed.`,
  lost: (names: readonly string[]) =>
    `Gone while ccbot was away: ${names.map(code).join(', ')}. The transcripts are safe: restore what is to go on, here or from the /archive.`,
  found: (names: readonly string[]) =>
    `Found again by their windows: ${names.map(code).join(', ')}. Choose where you write to with /sessions.`,
  exitStatus: (status: number | null) => (status === null ? 'no exit code' : `exit code ${status}`),
  /** Why a message waits before it is typed. */
  waits: {
    dialog: (name: string) =>
      `${code(name)} shows a dialog, so your message waits. Answer the dialog, then it is typed.`,
    limit: (name: string) => `${code(name)} has used up a limit, so your message waits until it goes on.`,
    starting: (name: string) =>
      `${code(name)} is still starting; your message is typed as soon as it is ready.`,
    draft: (name: string) =>
      `Somebody is writing in the input line of ${code(name)} at the desk, so your message waits. It is typed when that draft is sent or deleted; /screen shows it.`,
    hidden: (name: string) =>
      `${code(name)} shows no input line, so your message waits. Look with /screen; it is typed when the line is back.`,
    unsent: (name: string) =>
      `A message stands in the input line of ${code(name)}, and the agent does not take it. Look with /screen and press ⏎ Enter there; what you write meanwhile waits.`,
  },
  screenHead: (name: string) => `Screen of ${name}`,
  screenOf: (name: string, screen: string, why: string) =>
    `Screen of ${code(name)}, as text: no picture could be made (${code(why)}).\n${fence(screen)}`,
  screenFailed: (name: string, reason: string) =>
    `The screen of ${code(name)} cannot be read: ${code(reason)}.`,
  refresh: '🔄 Refresh',
  closeScreen: '✖ Close',
  noChange: 'The screen did not change. If the key was not taken, press it again.',
  keyFailed: (name: string, reason: string) =>
    `The key could not be pressed in ${code(name)}: ${code(reason)}.`,
  stopping: 'Stopping…',
  nothingToStop: (name: string) => `${code(name)} does not work at anything just now.`,
  worksOn: (name: string) =>
    `${code(name)} works on, although it was interrupted twice. /screen shows what it does; to end it closes its window, and keeps the transcript.`,
  stopAgain: 'Stop again',
  emptyScreen: '(the screen is empty)',
  uncertain: (text: string) =>
    `This was typed, but nothing shows that the agent has it, so it may or may not have arrived:\n${fence(text)}`,
  sendAgain: 'Send again',
  drop: 'Drop',
  dropped: 'Dropped.',
  retyping: 'Typing it again.',
  alreadyDecided: 'Already decided.',
  killSure: (name: string) =>
    `End ${code(name)}? Its agent stops and its window closes; the transcript stays.`,
  killYes: 'End it',
  killed: (name: string) => `${code(name)} was ended.`,
  typingFailed: (name: string, reason: string) =>
    `Your message could not be typed into ${code(name)} (${reason}). It stays in the queue and is tried again when the window is back.`,
  inboxFailed: (error: string) =>
    `One of your messages could not be handled and was set aside: ${code(error)}. Send it again; \`ccbot doctor\` lists what was set aside.`,
  strange: (what: string) =>
    `I cannot pass on a message of this kind (${code(what)}). Send it as text or as a file.`,
  editTooLate: 'The agent already has this message as it was. Write the change as a new message.',
  editUnknown: 'To change this message does nothing here. Write what you want as a new message.',
  fileTooBig: (name: string, alone: boolean) =>
    `${code(name)} is larger than 20 MB, the most that Telegram gives to a bot. ${alone ? 'Nothing was typed.' : 'The rest goes to the agent without it.'} Send it in smaller parts, or bring it to the machine in another way and write where it is.`,
  fileFailed: (name: string, reason: string, alone: boolean) =>
    `${code(name)} could not be fetched: ${reason}. ${alone ? 'Nothing was typed.' : 'The rest goes to the agent without it.'} Send it again.`,
  fileLate: (name: string, reason: string) =>
    `${code(name)} is not here yet (${code(reason)}). I go on trying; what you write to this session meanwhile waits behind it.`,
  whyNoFile: {
    'not-mine': (path: string) =>
      `${code(path)} is not a directory of mine, so I write nothing there; remove it or move it away`,
    'disk-full': () => 'the disk is full; make room',
    unwritable: (_: string, reason: string) => `it cannot be written: ${code(reason)}`,
  },
  sessionGone: (name: string) => `Your message was not typed: ${code(name)} ended before it was ready.`,
  voiceUntyped: (missing: readonly string[]) =>
    `Your voice message goes to the agent as a file. To have it typed as text, install whisper.cpp, set ${missing.map((m) => `\`${m}\``).join(' and ')} in \`.env\`, and restart ccbot.`,
  transcribing: (percent: number | null) => `Transcribing… ${percent === null ? '' : `${percent} %`}`.trim(),
  transcribed: (text: string) => `You said:\n${fence(text)}`,
  transcriptEmpty: 'I heard no words in your voice message. It goes to the agent as a file.',
  transcriptFailed: (reason: string) =>
    `Your voice message could not be transcribed (${reason}). It goes to the agent as a file.`,
  flooded: (count: number, perMinute: number, first: string) =>
    `${count === 1 ? 'One of your messages was' : `${count} of your messages were`} not handled: more than ${perMinute} came within a minute. The first of them: ${code(first)}. Send ${count === 1 ? 'it' : 'them'} again, or raise \`CCBOT_MESSAGES_PER_MINUTE\`.`,
  /** What the agent reads beside the person's own words: plain text. */
  agent: {
    age: (duration: string) => `(This was written ${duration} ago and arrives only now.)`,
    minutes: (n: number) => `${n} minutes`,
    hours: (n: number) => `${n} hours`,
    days: (n: number) => `${n} days`,
    file: {
      photo: 'Photo',
      voice: 'Voice message',
      video_note: 'Video message',
      video: 'Video',
      audio: 'Audio',
      animation: 'Animation',
      document: 'File',
    },
    fileMissing: (name: string, reason: string) => `${name}: not available (${reason})`,
    location: (degrees: string, accuracy: number | undefined, live: boolean) =>
      `${live ? 'Live location, as it was when shared' : 'Location'}: ${degrees}${accuracy === undefined ? '' : ` (within ${Math.round(accuracy)} m)`}`,
    venue: (degrees: string, title: string, address: string) =>
      `Place: ${[title, address].filter(Boolean).join(', ')} (${degrees})`,
    contact: (name: string, phone: string) => `Contact: ${[name, phone].filter(Boolean).join(', ')}`,
    sticker: (emoji: string, set: string) =>
      `Sticker${emoji === '' ? '' : ` ${emoji}`}${set === '' ? '' : ` (of the set ${set})`}`,
    forwarded: (from: string, at: string) =>
      `Forwarded${from === '' ? '' : ` from ${from}`}${at === '' ? '' : `, written ${at}`}:`,
    quotesBot: 'In reply to this message of yours:',
    quotesOwn: 'In reply to this earlier message of mine:',
    quotesOther: (name: string) => `In reply to this${name === '' ? '' : ` by ${name}`}:`,
    spoken: (path: string) => `(Transcribed from a voice message: ${path})`,
  },
  diskFull:
    'The disk is full: I take no new messages until there is room. What you send now stays with Telegram and is handled then.',
  when: whenOf,
  limited: (name: string, window: string | undefined, resetsAt: number | undefined, now: number) =>
    `${code(name)} has used up ${limitName(window)}${
      resetsAt === undefined ? '' : `, which begins anew ${whenOf(resetsAt, now)}`
    }. What you write to it waits.`,
  resumeAsk: 'It goes on only if you say so.',
  resumeAt: (when: string) => `▶ Go on ${when}`,
  resumeNow: '▶ Go on now',
  resumeNot: '✗ Do not',
  resumesAt: (when: string) => `It goes on ${when}, as you said.`,
  goesOn: 'It goes on.',
  limitOver: (name: string) => `The limit of ${code(name)} has begun anew.`,
  goOn: 'continue',
  limitStep: (
    agent: string,
    window: string,
    step: number,
    used: number,
    resetsAt: number | undefined,
    now: number,
  ) =>
    `${agent}: more than ${step} % of ${limitName(window)} is used (${Math.round(used)} %)${
      resetsAt === undefined ? '' : `; it begins anew ${whenOf(resetsAt, now)} (${distanceOf(resetsAt, now)})`
    }.`,
  limitReset: (agent: string, window: string) => `${agent}: ${limitName(window)} has begun anew.`,
  usageOf: (name: string, figures: string) => `${code(name)}: ${figures === '' ? 'no figures yet' : figures}`,
  limitsOf: (agent: string, lines: readonly string[]) =>
    `**Limits of ${agent}**\n\n${lines.map((line) => `- ${line}`).join('\n')}`,
  limitLine: (limit: { window: string; usedPercent: number; resetsAt?: number; at: number }, now: number) => {
    const { window, usedPercent, resetsAt, at } = limit;
    if (resetsAt !== undefined && resetsAt <= now)
      return `${limitName(window)}: has begun anew ${whenOf(resetsAt, now)}; nothing is known since`;
    const until =
      resetsAt === undefined ? '' : `, begins anew ${whenOf(resetsAt, now)} (${distanceOf(resetsAt, now)})`;
    return `${limitName(window)}: ${Math.round(usedPercent)} % used${until}; told ${distanceOf(at, now)}`;
  },
  noFigures:
    'An agent’s figures come from its status line: `ccbot hook --install` puts ccbot behind your own. Limits are known for subscriptions, after the first answer.',
  health: (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n'),
} as const;

/** A limit of an account by its window; one that the agent names itself keeps that name. */
function limitName(window: string | undefined): string {
  if (window === undefined) return 'a limit of its account';
  if (window === '5h') return 'the five-hour limit';
  if (window === 'week') return 'the weekly limit';
  return `the limit ${code(window)}`;
}

/** Inline code that shows `text` as it is, whatever backticks it holds. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim() || ' ';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((m) => m[0].length));
  const ticks = '`'.repeat(longest + 1);
  return longest > 0 ? `${ticks} ${line} ${ticks}` : `${ticks}${line}${ticks}`;
}

/** A code block that shows `text` as it is, whatever fences it holds. */
export function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((m) => m[0].length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}\n${text}\n${ticks}`;
}
