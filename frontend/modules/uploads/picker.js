// A field for files says in the page's language what to press and what has been chosen. The browser's own field
// lies over it, unseen: it is still what takes the click, the keys, and a file that is dropped.
import { onEach } from '../page/parts.js';
import { say } from '../page/words.js';

export function startFilePickers() {
  onEach('input[type="file"]:not(.file-choice input)', (input) => {
    const frame = document.createElement('div');
    frame.className = 'file-choice';
    const button = document.createElement('span');
    button.className = 'btn btn-secondary';
    button.setAttribute('aria-hidden', 'true');
    button.textContent = say(input.multiple ? 'files.choose_some' : 'files.choose');
    const names = document.createElement('span');
    names.className = 'file-choice__names';
    const show = () => {
      names.textContent = [...input.files].map(({ name }) => name).join(', ') || say('files.none');
    };
    input.replaceWith(frame);
    frame.append(button, names, input);
    input.addEventListener('change', show);
    // A page that comes back from the browser's memory may hold the files chosen before.
    window.addEventListener('pageshow', show);
    show();
  });
}
