// Inside the sealed frame: the pages of one PDF, drawn as they come near, with their text for screen readers.
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';
import * as worker from 'pdfjs-dist/legacy/build/pdf.worker.mjs';

const SHARPEST = 2;
const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const words = document.documentElement.dataset;

// A frame without an origin may start no worker: the same code runs here, where it can reach nothing either.
globalThis.pdfjsWorker = worker;

class Pages {
  constructor(place) {
    this.place = place;
    this.step = STEPS.indexOf(1);
    this.sheets = [];
  }

  async open(bytes) {
    this.document = await pdfjs.getDocument({
      data: bytes,
      // Nothing of the file is run, and nothing is fetched for it.
      isEvalSupported: false,
      enableXfa: false,
      disableFontFace: false,
      useSystemFonts: true,
      useWasm: false,
      useWorkerFetch: false,
      stopAtErrors: false,
    }).promise;
    for (let number = 1; number <= this.document.numPages; number += 1) {
      this.sheets.push(await this.lay(number));
    }
    this.watcher = new IntersectionObserver((seen) => this.drawSeen(seen), { root: this.place, rootMargin: '800px' });
    this.sheets.forEach(({ section }) => this.watcher.observe(section));
    this.addTools();
    await this.draw(this.sheets[0]);
    return this.document.numPages;
  }

  /** A page's place, its size known before it is drawn. */
  async lay(number) {
    const page = await this.document.getPage(number);
    const section = document.createElement('section');
    section.className = 'sheet';
    const label = `${words.page} ${number}/${this.document.numPages}`;
    section.setAttribute('aria-label', label);
    const canvas = document.createElement('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', label);
    const text = document.createElement('p');
    text.className = 'sheet__text';
    section.append(canvas, text);
    this.place.append(section);
    const sheet = { page, section, canvas, text, drawnAt: null };
    this.size(sheet);
    return sheet;
  }

  /** The scale at which a page fills the width, times the chosen step. */
  scale(page) {
    const width = page.getViewport({ scale: 1 }).width;
    const fitting = Math.max(0.1, (this.place.clientWidth - 32) / width);
    return Math.min(fitting, 1.5) * STEPS[this.step];
  }

  size(sheet) {
    const { width, height } = sheet.page.getViewport({ scale: this.scale(sheet.page) });
    sheet.canvas.style.width = `${Math.round(width)}px`;
    sheet.canvas.style.height = `${Math.round(height)}px`;
  }

  drawSeen(seen) {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) {
        this.draw(this.sheets.find(({ section }) => section === target));
      }
    }
  }

  async draw(sheet) {
    const scale = this.scale(sheet.page);
    if (sheet.drawnAt === scale) {
      return;
    }
    sheet.drawnAt = scale;
    const viewport = sheet.page.getViewport({ scale: scale * Math.min(window.devicePixelRatio || 1, SHARPEST) });
    sheet.canvas.width = Math.round(viewport.width);
    sheet.canvas.height = Math.round(viewport.height);
    sheet.task?.cancel();
    sheet.task = sheet.page.render({ canvas: sheet.canvas, viewport });
    try {
      await sheet.task.promise;
    } catch (error) {
      if (error?.name !== 'RenderingCancelledException') {
        throw error;
      }
      return;
    }
    if (sheet.text.textContent === '') {
      const { items } = await sheet.page.getTextContent();
      sheet.text.textContent = items.map(({ str, hasEOL }) => str + (hasEOL ? '\n' : '')).join('');
    }
  }

  addTools() {
    const bar = document.createElement('div');
    bar.className = 'tools';
    const button = (sign, label, by) => {
      const made = document.createElement('button');
      made.type = 'button';
      made.textContent = sign;
      made.setAttribute('aria-label', label);
      made.addEventListener('click', () => this.zoom(by));
      return made;
    };
    bar.append(button('−', words.smaller, -1), button('+', words.larger, 1));
    document.body.prepend(bar);
    window.addEventListener('resize', () => this.zoom(0));
  }

  zoom(by) {
    this.step = Math.min(Math.max(this.step + by, 0), STEPS.length - 1);
    this.sheets.forEach((sheet) => this.size(sheet));
    const { top, bottom } = this.place.getBoundingClientRect();
    for (const sheet of this.sheets) {
      const box = sheet.section.getBoundingClientRect();
      if (box.bottom > top - 800 && box.top < bottom + 800) {
        this.draw(sheet);
      }
    }
  }
}

/** Wait for the page around the frame to hand over the file, and draw it. */
export function startPages() {
  const place = document.getElementById('pages');
  const tell = (message) => window.parent.postMessage(message, '*');
  let opened = false;
  window.addEventListener('message', async ({ source, data }) => {
    if (source !== window.parent) {
      return;
    }
    if (data?.kind === 'hello') {
      tell({ kind: 'ready' });
    }
    if (data?.kind !== 'file' || opened) {
      return;
    }
    opened = true;
    try {
      tell({ kind: 'drawn', pages: await new Pages(place).open(data.bytes) });
    } catch (error) {
      const locked = error?.name === 'PasswordException';
      place.textContent = locked ? words.locked : words.broken;
      tell({ kind: 'broken' });
    }
  });
  tell({ kind: 'ready' });
}
