// While somebody fills in a form, others may change its dossier: the page asks quietly and tells at once.
import { onEach } from '../page/parts.js';

const EVERY_MS = 20_000;

class Watch {
  constructor(place) {
    this.place = place;
    this.etag = null;
  }

  start() {
    this.timer = setInterval(() => this.look(), EVERY_MS);
    document.addEventListener('visibilitychange', () => this.look());
    this.place.addEventListener('trinh:look', () => this.look());
    this.place.addEventListener('click', (event) => this.show(event));
  }

  async look() {
    if (!this.place.isConnected) {
      clearInterval(this.timer);
      return;
    }
    if (document.hidden) {
      return;
    }
    try {
      const answer = await fetch(this.place.dataset.changesUrl, {
        headers: { 'X-Requested-With': 'changes', ...(this.etag && { 'If-None-Match': this.etag }) },
        // The browser's own cache would answer 200 with what is known already.
        cache: 'no-store',
        redirect: 'manual',
        credentials: 'same-origin',
      });
      if (answer.status === 200) {
        this.etag = answer.headers.get('ETag');
        this.tell(await answer.text());
      }
    } catch {
      // Without a network there is nothing to tell; the draft says that it is kept on this computer.
    }
  }

  tell(markup) {
    const text = markup.trim();
    if (text !== this.told) {
      this.told = text;
      // The server's own fragment, escaped by its templates.
      this.place.innerHTML = text;
    }
  }

  /** The page as it is now, with what was typed: the draft first, then the page anew. */
  async show(event) {
    const link = event.target.closest('[data-changes-look]');
    const form = this.place.closest('form');
    if (link && form) {
      event.preventDefault();
      const saving = [];
      form.dispatchEvent(new CustomEvent('trinh:save', { detail: saving }));
      await Promise.all(saving);
      window.location.reload();
    }
  }
}

export function startChanges() {
  onEach('[data-changes-url]', (place) => new Watch(place).start());
}
