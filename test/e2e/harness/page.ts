import type { Page } from 'playwright-core';

/** The markup of controls without a name for screen readers. */
export const nameless = (page: Page): Promise<string[]> => page.evaluate<string[]>(NAMELESS);

/**
 * Text on the page that is hard to read: the contrast with its background is below 4.5, or below 3 for large text
 * (WCAG 2.2, 1.4.3).
 */
export const contrasts = (page: Page): Promise<string[]> => page.evaluate<string[]>(CONTRASTS);

// Both run in the browser, and have none of this program's types.

const NAMELESS = `(() => {
  const nameOf = (e) =>
    e.getAttribute('aria-label') ||
    [...(e.labels ?? [])].map((l) => l.textContent).join('') ||
    (e.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join('') ||
    e.getAttribute('alt') ||
    e.textContent.trim();
  return [...document.querySelectorAll('button, a, input:not([hidden]), textarea, audio, video, img, [role], [tabindex="0"]')]
    .filter((e) => e.checkVisibility() && e.getAttribute('role') !== 'status' && !nameOf(e))
    .map((e) => e.outerHTML.slice(0, 200));
})()`;

const CONTRASTS = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((v, i) => v * a + below[i] * (1 - a)).concat(1);
  const behind = (e) => {
    const layers = [];
    for (let node = e; node; node = node.parentElement) {
      const layer = rgba(getComputedStyle(node).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (node.textContent.trim() === '' || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (e.closest('.hidden, .spoiler, [hidden], [aria-hidden=true]')) continue;
    const style = getComputedStyle(e);
    const below = behind(e);
    const [a, b] = [light(over(rgba(style.color), below)), light(below)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5))
      found.add(e.tagName.toLowerCase() + '.' + e.className + ' ' + ratio.toFixed(2) + ' ' + style.color + ' on ' + below.slice(0, 3).map(Math.round));
  }
  return [...found];
})()`;
