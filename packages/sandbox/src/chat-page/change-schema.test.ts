import { parseJson } from '@ccbot/shared/protocol/json';
import { changeSchema } from './change-schema';
import type { Change, ChatChange } from './changes';
import type { PageMessage } from './snapshot';

const file: Required<NonNullable<PageMessage['file']>> = {
  kind: 'photo',
  id: 'f1',
  name: 'a.png',
  mime: 'image/png',
  size: 3,
  width: 1,
  height: 2,
};
const message: Required<PageMessage> = {
  id: 1,
  fromBot: true,
  date: 0,
  text: 'code',
  entities: [{ type: 'pre', offset: 0, length: 4, language: 'ts', url: 'https://a.example' }],
  keyboard: [[{ text: 'Stop', callback_data: 'x', url: 'https://a.example' }]],
  typed: '```\ncode\n```',
  edits: 0,
  replyTo: 2,
  reaction: '👍',
  pinned: true,
  silent: true,
  rich: true,
  file,
};
const chat: Required<ChatChange> = {
  person: 'owner',
  name: 'You',
  messages: [message],
  typingMs: 0.5,
  draft: { text: 'dra', entities: [] },
  gone: [7],
};
const change: Change = {
  whole: true,
  chats: [chat],
  commands: [{ command: 'new', description: 'start' }],
  answers: { q1: { text: 'Done', alert: false } },
};

it('keeps every value of a change', () => {
  expect(parseJson(changeSchema, JSON.stringify(change))).toEqual(change);
});

it('rejects anything else', () => {
  expect(parseJson(changeSchema, '{"whole":true}')).toBeNull();
});
