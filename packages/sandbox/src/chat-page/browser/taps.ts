import type { Change } from '../changes';
import { act } from './api';
import { byId } from './dom';

/** A button stops waiting for the bot's answer after this long, ms, as in Telegram. */
const TAP_MS = 15_000;

/** Taps that wait for the bot's answer. */
export interface Taps {
  tap(person: string, button: HTMLButtonElement, message: number, data: string): void;
  /** Shows the answers to the taps of this page. */
  showAnswers(answers: Change['answers']): void;
}

export function createTaps(showToast: (text: string) => void): Taps {
  /** Query id → the tapped button. */
  const waiting = new Map<string, HTMLButtonElement>();

  /** Returns whether the query was waiting. */
  function settle(query: string): boolean {
    waiting.get(query)?.removeAttribute('aria-busy');
    return waiting.delete(query);
  }

  return {
    tap(person, button, message, data) {
      if (button.getAttribute('aria-busy') === 'true') return;
      button.setAttribute('aria-busy', 'true');
      act({ do: 'tap', person, message, data }).then(
        ({ query = '' }) => {
          waiting.set(query, button);
          setTimeout(() => settle(query), TAP_MS);
        },
        (error: unknown) => {
          button.removeAttribute('aria-busy');
          showToast((error as Error).message);
        },
      );
    },
    showAnswers(answers) {
      for (const [query, { text, alert }] of Object.entries(answers)) {
        if (!settle(query) || text === '') continue;
        if (alert) showAlert(text);
        else showToast(text);
      }
    },
  };
}

function showAlert(text: string): void {
  byId('alert-text').textContent = text;
  byId<HTMLDialogElement>('alert').showModal();
}
