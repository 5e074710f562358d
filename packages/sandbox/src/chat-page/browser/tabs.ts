import type { Chat } from './chat';
import { button, byId, element } from './dom';

/** Draws one tab per chat. `shown` is the person whose chat is on screen. */
export function drawTabs(
  chats: ReadonlyMap<string, Chat>,
  shown: string,
  onSelect: (person: string) => void,
): void {
  for (const [person, chat] of chats) {
    const tab = document.getElementById(tabId(person)) ?? createTab(person, onSelect);
    const content = [chat.name, ...(chat.unread > 0 ? [element('span', 'badge', String(chat.unread))] : [])];
    tab.replaceChildren(...content);
    tab.setAttribute('aria-selected', String(person === shown));
    tab.tabIndex = person === shown ? 0 : -1;
  }
  byId('panel').setAttribute('aria-labelledby', tabId(shown));
}

export function focusTab(person: string): void {
  document.getElementById(tabId(person))?.focus();
}

function createTab(person: string, onSelect: (person: string) => void): HTMLElement {
  const tab = button('', '', () => onSelect(person));
  tab.id = tabId(person);
  tab.setAttribute('role', 'tab');
  tab.setAttribute('aria-controls', 'panel');
  byId('tabs').append(tab);
  return tab;
}

const tabId = (person: string): string => `tab-${person}`;
