// A file that is too big, or of a kind nobody accepts, is refused before it travels. The server checks again.
import { onEach } from '../page/parts.js';
import { say } from '../page/words.js';

const MEGABYTE = 1024 * 1024;

function inMegabytes(bytes) {
  return (bytes / MEGABYTE).toLocaleString('vi-VN', { maximumFractionDigits: 1 });
}

/** What is wrong with the chosen files, or an empty text. */
function complaint(input) {
  const limit = Number(input.dataset.maxBytes || Infinity);
  const kinds = input.accept.split(',').map((kind) => kind.trim().toLowerCase()).filter((kind) => kind.startsWith('.'));
  for (const file of input.files) {
    if (file.size > limit) {
      return say('upload.too_big', { name: file.name, size: inMegabytes(file.size), limit: inMegabytes(limit) });
    }
    if (kinds.length > 0 && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) {
      return say('upload.wrong_kind', { name: file.name, kinds: kinds.join(', ') });
    }
  }
  return '';
}

export function startUploadChecks() {
  onEach('input[type="file"][data-max-bytes]', (input) => {
    const error = document.createElement('p');
    error.className = 'field-error';
    error.id = `${input.id || input.name}-too-big`;
    error.setAttribute('role', 'alert');
    error.hidden = true;
    input.after(error);
    input.addEventListener('change', () => {
      const message = complaint(input);
      error.textContent = message;
      error.hidden = message === '';
      input.setCustomValidity(message);
      input.setAttribute('aria-invalid', String(message !== ''));
      input.setAttribute('aria-describedby', error.id);
    });
  });
}
