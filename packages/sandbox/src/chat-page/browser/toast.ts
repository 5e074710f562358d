import { byId } from './dom';

/** A toast is shown for this long, ms. */
const TOAST_MS = 3_500;

/** Returns the function that shows a toast. */
export function createToast(): (text: string) => void {
  const toast = byId('toast');
  let timer = 0;
  return (text) => {
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => (toast.hidden = true), TOAST_MS);
  };
}
