// A button with `data-copy="<id>"` copies the value of that field; where the browser forbids it, the field is
// selected, so that the keys of the system copy it.
import { onEach } from './parts.js';

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    const said = button.closest('section').querySelector('[data-copied]');
    said.hidden = false;
  } catch {
    field.focus();
  }
}

export function startCopying() {
  onEach('[data-copy]', (button) => button.addEventListener('click', () => copy(button)));
}
