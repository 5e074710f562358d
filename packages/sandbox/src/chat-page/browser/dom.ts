/** The page's element with this id; a page without it is a defect. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** A new element with a class and words; words are never read as markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  words = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (words !== '') made.textContent = words;
  return made;
}

/** A new button that does something. */
export function button(
  words: string,
  className: string,
  onClick: (made: HTMLButtonElement) => void,
): HTMLButtonElement {
  const made = element('button', className, words);
  made.type = 'button';
  made.addEventListener('click', () => onClick(made));
  return made;
}
