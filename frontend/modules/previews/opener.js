// A PDF is drawn in a sealed frame that may ask nobody for anything: the page fetches the file and hands it over.
import { onEach } from '../page/parts.js';
import { say } from '../page/words.js';

class Preview {
  constructor(frame) {
    this.frame = frame;
    this.status = document.querySelector('[data-preview-status]');
  }

  start() {
    window.addEventListener('message', ({ source, data }) => {
      if (source === this.frame.contentWindow) {
        this.heard(data);
      }
    });
    // The frame may have been ready before this script was.
    this.frame.contentWindow.postMessage({ kind: 'hello' }, '*');
  }

  heard(data) {
    if (data?.kind === 'ready' && !this.handed) {
      this.handed = true;
      this.hand();
    } else if (data?.kind === 'drawn' && Number.isInteger(data.pages)) {
      this.say(say('preview.drawn', { number: data.pages }));
      this.frame.dataset.previewReady = '';
    } else if (data?.kind === 'broken') {
      this.say(say('preview.failed'));
    }
  }

  async hand() {
    try {
      const answer = await fetch(this.frame.dataset.previewFile, { redirect: 'error', credentials: 'same-origin' });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const bytes = await answer.arrayBuffer();
      // A sealed frame has no origin that could be named; only this very frame gets the message.
      this.frame.contentWindow.postMessage({ kind: 'file', bytes }, '*', [bytes]);
    } catch {
      this.say(say('preview.failed'));
    }
  }

  say(text) {
    if (this.status) {
      this.status.textContent = text;
    }
  }
}

export function startPreviews() {
  onEach('[data-preview-file]', (frame) => new Preview(frame).start());
}
