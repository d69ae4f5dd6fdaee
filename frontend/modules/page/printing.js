// A button with `data-print` prints the page; without script it stays hidden, and Ctrl+P does the same.
import { onEach } from './parts.js';

export function startPrinting() {
  onEach('[data-print]', (button) => {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  });
}
